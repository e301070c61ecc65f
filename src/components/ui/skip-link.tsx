/** For who moves by keyboard: the first stop of a page leads past its header (WCAG 2.4.1). */
export const SkipLink = () => (
  <a
    href="#content"
    className="sr-only rounded-lg bg-accent px-4 py-2 font-medium text-on-accent focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-50"
  >
    Skip to content
  </a>
)
