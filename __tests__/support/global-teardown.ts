import { stopTestServer } from './postgres'

export default stopTestServer
