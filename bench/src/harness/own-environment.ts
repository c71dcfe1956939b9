/** The environment without what a machine tells all Node programs, which would count as memory of the one that is measured. */
export function ownEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, NODE_EXTRA_CA_CERTS: _certificates, ...environment } = process.env;
  return environment;
}
