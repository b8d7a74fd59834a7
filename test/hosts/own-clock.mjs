/**
 * Loaded before all else by programs of a machine whose clock the nemesis sets: their time of day is the kernel's and so many seconds as
 * the file NEMESIS_CLOCK says, looked at four times a second. What measures how long something takes is the kernel's, as in life.
 */
import { readFileSync } from 'node:fs'

const file = process.env['NEMESIS_CLOCK'] ?? ''
const KernelDate = Date
let ahead = 0

const look = () => {
  ahead = Number(readFileSync(file, 'utf8')) * 1000
}

const now = () => KernelDate.now() + ahead

class OwnDate extends KernelDate {
  static now = now

  constructor(...said) {
    if (said.length === 0) super(now())
    else super(...said)
  }
}

if (file !== '') {
  look()
  setInterval(look, 250).unref()
  // Called as a function it gives a text, which a class cannot.
  globalThis.Date = new Proxy(OwnDate, { apply: () => new OwnDate().toString() })
}
