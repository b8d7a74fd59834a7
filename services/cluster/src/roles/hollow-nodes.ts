import { join } from 'node:path'
import { systemClock } from '@periplus/prelude'
import { hollowMachine, podFeed, start as startNodeAgent } from '@periplus/node-agent'
import { hollowRuntime } from '@periplus/runtime'
import { readyFile } from '../home/home.ts'
import type { Settings } from '../home/settings.ts'
import type { Home } from '../home/home.ts'
import { runProcess } from './process.ts'
import { keysStream } from './sealing.ts'

/** Nodes on which nothing really runs, sharing one cut: for measuring the control plane at scale. */
export const serveHollowNodes = (home: Home, settings: Settings, count: number): Promise<void> =>
  runProcess(
    {
      home,
      settings,
      name: 'hollow-nodes',
      role: 'control-plane',
      readyPath: readyFile(home, 'hollow-nodes'),
      ...{ makes: [], awaits: [keysStream] },
      keyUse: 'uses',
    },
    {},
    async ({ cut, commands, onStop }) => {
      const feed = podFeed(cut)
      const startOne = async (index: number): Promise<void> => {
        const nodeName = `hollow-${String(index).padStart(4, '0')}`
        const podCidr = `10.${100 + Math.floor(index / 256)}.${index % 256}.0/24`
        const runtime = hollowRuntime({ clock: systemClock, nodeName, podCidr })
        const agent = await startNodeAgent({
          cut,
          commands,
          runtime,
          nodeName,
          rootDirectory: join(home.node('hollow'), nodeName),
          feed,
          machine: hollowMachine(),
          podCidr,
        })
        onStop(agent)
      }
      await Promise.all(Array.from({ length: count }, (_, index) => startOne(index)))
    },
  )
