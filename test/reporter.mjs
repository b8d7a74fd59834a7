// The `spec` report, closed by a line that machines can read: "N passed, N failed".
import mocha from 'mocha'

export default class Reporter extends mocha.reporters.Spec {
  epilogue() {
    super.epilogue()
    console.log(`${this.stats.passes} passed, ${this.stats.failures} failed`)
  }
}
