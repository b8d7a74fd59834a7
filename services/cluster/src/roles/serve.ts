import type { Home } from '../home/home.ts'
import type { Settings } from '../home/settings.ts'

// Each process loads what it runs, and nothing of the others.

export const serveControlPlane = async (home: Home, settings: Settings): Promise<void> => {
  const { serveControlPlane: serve } = await import('./control-plane.ts')
  await serve(home, settings)
}

export const serveNode = async (home: Home, settings: Settings): Promise<void> => {
  const { serveNode: serve } = await import('./node.ts')
  await serve(home, settings)
}

export const serveLogRouter = async (home: Home, settings: Settings): Promise<void> => {
  const { serveLogRouter: serve } = await import('./log-router.ts')
  await serve(home, settings)
}

export const serveHollowNodes = async (home: Home, settings: Settings, count: number): Promise<void> => {
  const { serveHollowNodes: serve } = await import('./hollow-nodes.ts')
  await serve(home, settings, count)
}
