/** 0 to 100, the greatest value being 100; reversed: being 0. All are alike when there is nothing to tell apart. */
export const normalised = (values: readonly number[], reversed = false): readonly number[] => {
  const most = Math.max(0, ...values)
  if (most === 0) return values.map(() => (reversed ? 100 : 0))
  return values.map(value => {
    const scaled = Math.floor((value * 100) / most)
    return reversed ? 100 - scaled : scaled
  })
}
