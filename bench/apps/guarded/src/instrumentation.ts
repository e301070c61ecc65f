/** The other variants run without anything of ours. */
export async function register() {
  if (process.env.BENCH_VARIANT !== 'middleware') return
  const ours = await import('../../../../src/instrumentation')
  await ours.register()
}
