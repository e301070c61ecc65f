export { register } from '../../../../src/instrumentation'
