const path = require('node:path')
const tsJest = require('ts-jest').default
const { inOtherWords } = require('./words.cjs')

const TESTS = path.resolve(__dirname, '..')

/** Of the tests alone: what they try stays as it is. */
const rewritten = (text, file) =>
  file.startsWith(TESTS) && !file.startsWith(__dirname) ? inOtherWords(text) : text

module.exports = {
  createTransformer(options) {
    const inner = tsJest.createTransformer(options)
    return {
      canInstrument: inner.canInstrument,
      process: (text, file, rest) => inner.process(rewritten(text, file), file, rest),
      getCacheKey: (text, file, rest) => inner.getCacheKey(rewritten(text, file), file, rest),
    }
  },
}
