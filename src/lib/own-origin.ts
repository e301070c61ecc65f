import { settings } from './settings'

/** Whether the app's own address is an encrypted one. */
export const isSecure = (): boolean => settings().url.startsWith('https:')
