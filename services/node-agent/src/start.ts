import { setMaxListeners } from 'node:events'
import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { podClaims } from '@periplus/kinds'
import type { Pod } from '@periplus/kinds'
import { runEffect } from '@periplus/controller'
import type { RunningEffect } from '@periplus/controller'
import { E, containedClock, systemClock } from '@periplus/prelude'
import { logger, metrics } from '@periplus/service'
import type { Origin } from '@periplus/log'
import type { RuntimeStatus } from '@periplus/runtime'
import type { RunningService } from '@periplus/service'
import type { NodeAgentConfig } from './config.ts'
import { contained, containedLater, reporter } from './contained.ts'
import { startCsi } from './csi/start-csi.ts'
import { noShownComponents, showComponents } from './components/show-components.ts'
import { eventRecorder } from './events/recorder.ts'
import { hollowDisk } from './files/hollow-disk.ts'
import { machineDisk } from './files/machine-disk.ts'
import { hookRunner } from './hooks/run-hooks.ts'
import { check } from './probes/check.ts'
import { probeManager } from './probes/probe-manager.ts'
import { tellUnhealthy } from './probes/unhealthy.ts'
import { refreshVolumes } from './volumes/refresh.ts'
import { shareMounts } from './volumes/mounting.ts'
import { volumesInUse } from './volumes/in-use.ts'
import { hasClaim, hasDriver } from './volumes/pod-storage.ts'
import { localPathVolumes } from './volumes/local-path.ts'
import { keepRoom } from './eviction/keep-room.ts'
import { usualPolicy } from './eviction/policy.ts'
import { pressureState } from './eviction/pressure-state.ts'
import { noSecrets, secretSource } from './volumes/secret-source.ts'
import { noTokens, tokenSource } from './volumes/token-source.ts'
import { layout, terminationLog } from './files/layout.ts'
import { busLogDestination } from './logs/log-destination.ts'
import { lossCounter } from './logs/loss-counter.ts'
import { shipLogs } from './logs/ship-logs.ts'
import type { LogShipping } from './logs/ship-logs.ts'
import { serveStreams } from './streams/serve-streams.ts'
import { noHooks } from './hooks/no-hooks.ts'
import { imagePuller } from './images/puller.ts'
import { nodeFigures } from './summary/node-figures.ts'
import { recentSamples } from './metrics/recent-samples.ts'
import { publishReadings } from './metrics/publish.ts'
import { nodeLogs } from './node-logs/node-logs.ts'
import { heartbeat } from './node/heartbeat.ts'
import { hollowMachine, thisMachine } from './node/machine.ts'
import { registration } from './node/registration.ts'
import type { NodeContext } from './pods/context.ts'
import { podIpsOf } from './plan/pod-ips.ts'
import { podFeed } from './pods/pod-feed.ts'
import { podManager } from './pods/pod-manager.ts'
import type { PodManager } from './pods/pod-manager.ts'
import { staticPodsOf } from './static/manifest-folder.ts'
import { noProbes } from './probes/no-probes.ts'
import { endWithMachine } from './shutdown/watch-shutdown.ts'
import { shutdownState } from './shutdown/shutdown-state.ts'
import { runtimeView } from './runtime/view.ts'
import { settingsOf } from './settings-of.ts'

/** A node agent at work. Stopping it leaves its pods running: the next one finds them again. */
export interface RunningNodeAgent extends RunningService {
  /** Nothing is under way and nothing waits to be planned; for tests and simulations. */
  readonly idle: boolean
}

/** Kubernetes' version whose kubelet this agent behaves as. */
const kubernetesVersion = 'v1.35.0'
const relistMilliseconds = 10_000

/** Registers the node, takes up the pods that it finds, and keeps them as the log says. Resolves when the node is registered. */
export const start = async (config: NodeAgentConfig): Promise<RunningNodeAgent> => {
  const { cut, commands, runtime, nodeName } = config
  const log = config.log ?? logger(`node-agent/${nodeName}`)
  // A timer that throws costs nobody but whom it is about.
  const clock = containedClock(config.clock ?? systemClock, reporter(log, 'a timer'))
  const stopping = new AbortController()
  const { signal } = stopping
  // Everything of the node listens to it: a listener a followed log, and more.
  setMaxListeners(0, signal)
  const hollow = runtime.name === 'hollow'
  const machine = config.machine ?? (hollow ? hollowMachine() : thisMachine(config.rootDirectory))
  const facts = await machine.facts()
  const measured = metrics()
  let manager: PodManager | undefined
  let runtimeStatus: RuntimeStatus | undefined
  let shipping: LogShipping | undefined
  let removal: RunningEffect | undefined
  const ownOrigin: Origin = {
    actor: `node:${nodeName}`,
    component: 'node-agent',
    causes: [],
    correlationId: `node/${nodeName}`,
  }

  const settings = settingsOf(config, facts)
  const changed = (uid: string): void => {
    manager?.wake(uid)
    contained(reporter(log, `the logs of pod ${uid}`), () => shipping?.look(uid))
  }
  const view = runtimeView({
    runtime,
    clock,
    signal,
    relistEvery: relistMilliseconds,
    changed,
  })
  const eviction = { ...usualPolicy, ...config.eviction }
  const pressure = pressureState(eviction)
  const shutdown = shutdownState()
  const samples = recentSamples()
  const events = eventRecorder(commands, nodeName, clock)
  const places = layout(hollow ? config.rootDirectory : realpathSync(config.rootDirectory))
  const inUse = volumesInUse({ nodeName, cut, commands, origin: ownOrigin })
  const tokens = tokenSource(config.requestToken ?? noTokens, clock)
  const secrets = secretSource(cut, config.readSecret ?? noSecrets)
  const csi = hollow
    ? undefined
    : await startCsi({
        ...{ places, nodeName, cut, commands, clock, signal, tokens, secrets, inUse, log },
        ...(config.csiLimits ? { limits: config.csiLimits } : {}),
        origin: ownOrigin,
      })
  if (csi && config.sharesMounts === true) {
    const shared = await shareMounts(dirname(places.pods))
    if (E.isLeft(shared)) log.warn('what storage drivers mount is not seen by pods', { why: shared.left })
  }
  const localPath = localPathVolumes({
    root: places.localVolumes,
    nodeName,
    inUse,
    isUsed: ({ spec }) => manager?.pods.some(pod => hasClaim(pod, spec?.claimRef)) ?? true,
  })
  const node: NodeContext = {
    settings,
    cut,
    secrets,
    commands,
    runtime,
    clock,
    view,
    events,
    disk: hollow
      ? hollowDisk
      : machineDisk({
          root: config.rootDirectory,
          settings,
          cut,
          clock,
          tokens,
          secrets,
          localPath,
          runtime,
          ...(csi ? { csi: csi.volumes } : {}),
          podIps: pod => podIpsOf(pod, view.pod(pod.metadata?.uid ?? '').sandboxes, settings.hostIps),
        }),
    images: imagePuller(runtime, clock, config.pullsAtOnce),
    prober:
      hollow && !config.check
        ? noProbes
        : probeManager({
            check: config.check ?? check(runtime, clock),
            clock,
            changed: uid => manager?.wake(uid),
            unhealthy: tellUnhealthy(events, uid => manager?.worker(uid)?.origin ?? ownOrigin),
          }),
    hooks: hollow ? noHooks : hookRunner(runtime, clock),
    log,
    admitToNetwork: config.admitToNetwork ?? (async () => undefined),
    leftNetwork: config.leftNetwork ?? (async () => undefined),
    lastLines: async (uid, containerId) => shipping?.finished(uid, containerId),
    logLosses: uid => shipping?.losses.of(uid) ?? [],
    pressure: () => pressure.now,
    shuttingDown: () => shutdown.now,
    handlers: () => runtimeStatus?.handlers ?? [],
    signal,
  }
  const registered = registration(node, {
    machine,
    version: config.version ?? kubernetesVersion,
    podCidr: config.podCidr,
    registers: config.registers ?? true,
    labels: config.labels ?? {},
    taints: config.taints,
    services: config.services,
    localVolumes: places.localVolumes,
    seen: status => (runtimeStatus = status),
  })
  await registered.first()
  const loops = [heartbeat(node), registered.keep()]
  await view.refresh()
  const refused = (path: string, why: string): void => log.error('a file is no pod', { path, why })
  const statics = await staticPodsOf(config.manifestDirectory, { nodeName, clock, signal, refused })
  const components = config.components ? showComponents(node, config.components, statics) : noShownComponents
  const gone = (pod: Pod): void => {
    if (podClaims(pod).length > 0) void removal?.renew()
  }
  const ran = podManager(node, config.feed ?? podFeed(cut), statics, gone, components)
  const unheard = config.components?.listen(ran.componentsChanged)
  manager = ran
  const { rootDirectory, imageDirectory = rootDirectory } = config
  const served =
    config.bus &&
    serveStreams(config.bus, node, manager, {
      ...{ components, serviceLog: config.serviceLog },
      metrics: () => measured.text(),
      ...(hollow
        ? {}
        : {
            logs: nodeLogs(config),
            figures: nodeFigures({ node, rootDirectory, imageDirectory, pods: () => ran.pods }, samples),
          }),
    })
  const sweep = (): Promise<void> =>
    node.disk.sweep(new Set([...view.uids(), ...ran.pods.flatMap(({ metadata }) => metadata?.uid ?? [])]))
  await sweep()
  csi?.begin(() => {
    ran.sourcesChanged(hasDriver)
    // What a driver brought to pods that are gone, it alone can take back.
    void containedLater(reporter(log, 'what is left of pods'), undefined, sweep)
  })
  if (!hollow) {
    const destination = config.logDestination ?? (config.bus && busLogDestination(config.bus))
    shipping =
      destination &&
      shipLogs({
        node,
        destination,
        lost: uid => manager?.wake(uid),
        count: lossCounter(measured),
        unfinished: uid => log.error('last lines of a pod may be lost: the log stream did not take them', { uid }),
        checkpointOf: (uid, container, attempt) => `${terminationLog(places, uid, container, attempt)}.shipped`,
      })
    for (const uid of view.uids()) shipping?.look(uid)
    removal = runEffect(localPath.removal, { cut, clock, onBug: reporter(log, 'the removal of volumes') })
    signal.addEventListener('abort', () => void removal?.stop())
    const pods = manager
    loops.push(
      publishReadings(node, () => pods.pods, samples),
      refreshVolumes({ clock, signal, cut, refresh: concerns => pods.sourcesChanged(concerns) }),
      ...endWithMachine(node, { ...config, state: shutdown, pods, changed: registered.soon, origin: ownOrigin }),
      ...keepRoom({ ...config, node, machine, pods, pressure, eviction, origin: ownOrigin }),
    )
  }

  return {
    name: `node-agent/${nodeName}`,
    get idle() {
      return manager?.idle ?? true
    },
    stop: async () => {
      served?.close()
      manager?.close()
      unheard?.()
      components.close()
      stopping.abort()
      await Promise.all(loops)
      await shipping?.settled()
      await node.events.settled()
    },
  }
}
