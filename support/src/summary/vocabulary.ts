const list = (words: string): readonly string[] => words.trim().split(/\s+/);

/** What names of packages are put together from. */
export const nameParts: readonly string[] = list(`
  http json xml yaml toml csv sql text font image color audio video stream socket proxy cache queue worker thread task
  event signal timer clock date time zone locale unicode regex parser lexer grammar syntax token tree graph node edge
  path file archive zip tar crypt hash digest key token auth login session cookie form field table chart plot matrix
  vector tensor stats math random number decimal money unit test mock spec lint format style theme icon widget window
  menu dialog editor viewer browser client server daemon agent monitor metric trace log report mail news feed chat
  game puzzle chess card dice map geo coord route track music player mixer synth midi scanner printer camera sensor
  serial usb block disk volume mount sync backup mirror fetch crawl index search query store record schema model view
  control router filter pipe buffer pool memory heap stack loader linker compiler runtime shell term console prompt
  color-scheme wrapper binding bridge adapter plugin module toolkit utils tools common core base lite extra contrib
  async promise future actor state machine flow rule policy guard validator convert encode decode compress inflate
  diff merge patch version release build make install config option argument flag help docs manual guide locale
`);

/** Syllables of invented names. */
export const syllables: readonly string[] = list(`
  ba be bo ca ce co da de di do fa fi ga go ha he hi ja jo ka ke ki ko la le li lo lu ma me mi mo na ne ni no nu pa pe
  pi po qua ra re ri ro ru sa se si so su ta te ti to tu va ve vi vo wa xa xi ya yo za ze zi zo bra cle dro fla gri kla
  pla pri stra tri
`);

/** Things a package is about. */
export const topics: readonly string[] = list(`
  files data text images documents packages programs messages objects records events requests servers users fonts
  networks databases streams processes threads tables trees graphs numbers vectors matrices queues caches sessions
  certificates keys passwords archives directories volumes devices windows widgets menus colors sounds videos
  calendars dates formulas proteins sequences maps routes coordinates satellites circuits robots puzzles cards games
  scores lyrics subtitles playlists bookmarks feeds articles comments contacts invoices budgets currencies licences
  translations dictionaries alphabets grammars tokens expressions macros templates themes icons cursors sensors
`);

/** Parts that descriptions and comments speak of. */
export const kinds: readonly string[] = list(`
  library module program tool framework toolkit interface client server parser generator wrapper extension plugin
  editor viewer browser converter compiler interpreter emulator simulator debugger profiler scheduler validator
  formatter manager monitor driver daemon engine backend frontend binding utility collection package suite game
`);

export const adjectives: readonly string[] = list(`
  simple fast small portable powerful flexible complete modern lightweight extensible generic efficient robust free
  secure reliable graphical interactive configurable minimal experimental embedded distributed asynchronous concurrent
  functional declarative incremental scalable thread-safe cross-platform object-oriented standards-compliant elegant
  high-level low-level full-featured self-contained well-tested easy-to-use multi-lingual network-transparent
`);

export const verbs: readonly string[] = list(`
  reading writing parsing converting managing editing displaying searching sorting filtering compressing encrypting
  verifying generating drawing plotting playing recording sending receiving storing loading merging splitting
  validating translating compiling testing debugging profiling tracing monitoring scheduling synchronising mirroring
  indexing querying rendering printing scanning measuring simulating solving comparing caching routing signing
`);

export const licences: readonly string[] = list(`
  mit gnu-gpl-v2 apache-2.0 modified-bsd gnu-lgpl-v2.1 gnu-gpl-v3 2-clause-bsd artistic isc gnu-lgpl-v3 ruby-license
  mpl-2.0 gnu-lgpl-v2 lppl-1.3c original-bsd zlib x11 cc0-1.0-universal boost-license psf public-domain php
`);
