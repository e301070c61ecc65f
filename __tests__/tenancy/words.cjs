// The names that tests use for the club app's roles and scopes, and what the second tenancy has in their place.

const WORDS = [
  [/CLUB_ADMIN/g, 'OWNER'],
  [/\bCOACH\b/g, 'EDITOR'],
  [/\bATHLETE\b/g, 'VIEWER'],
  [/\bpractices:(read|write)\b/g, 'projects:$1'],
]

/** @param {string} text */
module.exports = {
  inOtherWords: (text) => WORDS.reduce((said, [word, other]) => said.replace(word, other), text),
}
