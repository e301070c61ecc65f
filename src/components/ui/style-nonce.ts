/**
 * Radix locks the page's scrolling with a style element of its own. The policy lets in only those with the
 * page's nonce, and this global (webpack's convention, read by `get-nonce`) is where it looks for it. Import
 * it wherever such a primitive is used.
 */
if (typeof document !== 'undefined') {
  Object.assign(globalThis, {
    __webpack_nonce__: document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce,
  })
}

export {}
