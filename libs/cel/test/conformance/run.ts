import { runVectors } from './vectors.ts'

/** Counts, file by file, how many of CEL's own vectors come out as they should: `npx tsx run.ts FOLDER [all]`. */
const [, , folder = '', all] = process.argv
const outcomes = runVectors(folder)
const files = [...new Set(outcomes.map(({ file }) => file))]
for (const file of files) {
  const own = outcomes.filter(outcome => outcome.file === file)
  const asked = own.filter(({ needsMessages }) => !needsMessages)
  const passed = asked.filter(({ wrong }) => wrong === undefined)
  console.log(
    `${file.padEnd(18)} ${passed.length} of ${asked.length} (${own.length - asked.length} with messages or other libraries)`,
  )
  if (all) for (const { name, wrong } of asked) if (wrong !== undefined) console.log(`   ${name}: ${wrong}`)
}
const asked = outcomes.filter(({ needsMessages }) => !needsMessages)
console.log(`${asked.filter(({ wrong }) => wrong === undefined).length} of ${asked.length}, ${outcomes.length} in all`)
