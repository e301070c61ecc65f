/** The variant without authentication runs without anything of ours. */
export async function register() {
  if (process.env.BENCH_VARIANT === 'none') return
  const ours = await import('../../../../src/instrumentation')
  await ours.register()
}
