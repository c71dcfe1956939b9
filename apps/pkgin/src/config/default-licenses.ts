/**
 * The licences that are accepted where CHECK_LICENSE asks and pkg_install.conf names none: those of free and open-source
 * software, by their names in pkgsrc.
 *
 * Each release of pkgsrc has a list of its own, so this one can be behind the user's: ACCEPTABLE_LICENSES of
 * pkg_install.conf adds names to it, and DEFAULT_ACCEPTABLE_LICENSES goes in its place.
 */
export const DEFAULT_LICENSES: readonly string[] = `
  2-clause-bsd apache-1.1 apache-2.0 arphic-public artistic artistic-2.0 boost-license cc-by-sa-v3.0 cc0-1.0-universal
  cddl-1.0 cpl-1.0 epl-v1.0 gfsl gnu-fdl-v1.1 gnu-fdl-v1.2 gnu-fdl-v1.3 gnu-gpl-v1 gnu-gpl-v2 gnu-gpl-v3 gnu-lgpl-v2
  gnu-lgpl-v2.1 gnu-lgpl-v3 ibm-public-license-1.0 ipafont isc lppl-1.3c lucent miros mit modified-bsd mpl-1.0 mpl-1.1
  mpl-2.0 mplusfont ofl-v1.0 ofl-v1.1 original-bsd php png-license postgresql-license public-domain
  python-software-foundation qpl-v1.0 sgi-free-software-b-v2.0 sleepycat-public unlicense x11 zlib zpl
`
  .trim()
  .split(/\s+/);
