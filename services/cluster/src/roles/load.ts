import type { Home } from '../home/home.ts'
import type { Settings } from '../home/settings.ts'

// Each process loads what it runs, and nothing of the others.

export const serveRoles = async (home: Home, settings: Settings, words: readonly string[]): Promise<void> => {
  const { serveRoles: serve } = await import('./serve.ts')
  await serve(home, settings, words)
}

export const serveLogRouter = async (home: Home, settings: Settings): Promise<void> => {
  const { serveLogRouter: serve } = await import('./log-router.ts')
  await serve(home, settings)
}

export const serveHollowNodes = async (home: Home, settings: Settings, count: number): Promise<void> => {
  const { serveHollowNodes: serve } = await import('./hollow-nodes.ts')
  await serve(home, settings, count)
}

export const serveShadow = async (home: Home, settings: Settings, words: readonly string[]): Promise<void> => {
  const { serveShadow: serve } = await import('./shadow.ts')
  await serve(home, settings, words)
}

export const serveBridge = async (consumerFile: string, sinkFile: string): Promise<void> => {
  const { serveBridge: serve } = await import('./bridge.ts')
  await serve(consumerFile, sinkFile)
}
