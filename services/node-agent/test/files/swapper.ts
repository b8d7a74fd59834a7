import { Worker } from 'node:worker_threads'

/** How long a race is run; `make attack` asks for more. */
export const attackSeconds = Number(process.env['ATTACK_SECONDS'] ?? 4)

/** Swaps the directory `seen` and a link to `../outside` in a thread of its own, as fast as the kernel can. */
export const swapper = (place: string): Worker =>
  new Worker(
    `const { renameSync, symlinkSync, unlinkSync } = require('node:fs')
     const { workerData: place } = require('node:worker_threads')
     const attempt = step => { try { step() } catch { /* somebody made something there meanwhile */ } }
     for (let round = 0; ; round++) {
       attempt(() => renameSync(place + '/seen', place + '/away-' + round))
       attempt(() => symlinkSync('../outside', place + '/seen'))
       attempt(() => unlinkSync(place + '/seen'))
       attempt(() => renameSync(place + '/away-' + round, place + '/seen'))
     }`,
    { eval: true, workerData: place },
  )
