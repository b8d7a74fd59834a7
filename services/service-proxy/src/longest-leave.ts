/** Milliseconds. A pod that is to end ends also where what leads to it stands still. */
export const longestLeave = 1_000
