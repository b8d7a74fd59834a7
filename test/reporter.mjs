// The `spec` report, then the files that took longest. How many passed, and what failed, goes to the file that TEST_COUNTS names.
import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import mocha from 'mocha'

const { EVENT_HOOK_END, EVENT_SUITE_BEGIN, EVENT_TEST_END } = mocha.Runner.constants
const listed = 25

const firstLine = test => String(test.err?.message ?? '').split('\n', 1)[0]

export default class Reporter extends mocha.reporters.Spec {
  #seconds = new Map()

  constructor(runner, options) {
    super(runner, options)
    let since = performance.now()
    const spent = file => {
      const now = performance.now()
      if (file) this.#seconds.set(file, (this.#seconds.get(file) ?? 0) + (now - since) / 1000)
      since = now
    }
    // What passes between two of these belongs to the file of the later one: hooks and tests are told at their end.
    runner.on(EVENT_SUITE_BEGIN, suite => spent(suite.file))
    runner.on(EVENT_HOOK_END, hook => spent(hook.file ?? hook.parent?.file))
    runner.on(EVENT_TEST_END, test => spent(test.file))
  }

  epilogue() {
    super.epilogue()
    console.log('seconds, by file:')
    const slowest = [...this.#seconds].sort(([, one], [, other]) => other - one).slice(0, listed)
    for (const [file, seconds] of slowest)
      console.log(`  ${seconds.toFixed(1).padStart(6)} ${relative(process.cwd(), file)}`)
    const { passes, failures } = this.stats
    const failed = this.failures.map(
      test => `${relative(process.cwd(), test.file ?? '')}: ${test.fullTitle()}: ${firstLine(test)}`,
    )
    if (process.env.TEST_COUNTS) writeFileSync(process.env.TEST_COUNTS, JSON.stringify({ passes, failures, failed }))
  }
}
