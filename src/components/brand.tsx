/**
 * The mark: a key that turns in an open ring, which is also a C. Of two strokes, so that it holds at 16
 * pixels; `icon.svg` is the same in fixed colours.
 */
export function Mark({ className = 'size-6' }: { className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 32 32" className={`shrink-0 ${className}`}>
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <g
        fill="none"
        strokeWidth="3"
        strokeLinecap="round"
        strokeLinejoin="round"
        className="stroke-on-accent"
      >
        <path d="M17.6 10.4a8 8 0 1 0 0 11.2" />
        <path d="M12 16h13v4.4" />
      </g>
    </svg>
  )
}

/** Mark and wordmark. */
export function Brand() {
  return (
    <span className="flex items-center gap-2.5">
      <Mark />
      <span className="text-[1.0625rem] leading-none font-semibold tracking-[-0.03em] text-ink">
        clubkeys
      </span>
    </span>
  )
}
