/** What our own containerd is made from; every path is absolute. */
export interface ContainerdRequest {
  /** All of its files, such as `$PERIPLUS_HOME/containerd`; made if missing. */
  readonly home: string
  /** `deploy/containerd` of this checkout: the templates. */
  readonly templates: string
  /** OCI archive (tar) that holds `sandboxImage`; imported at start. */
  readonly pauseArchive: string
  /** Name of the pause image; it must look like a registry's, default `localhost/pause:1`. */
  readonly sandboxImage?: string
  /** IPv4 network of this node's pods, such as `10.244.0.0/24`. */
  readonly podCidr: string
  /** Network interface of the pods' bridge, at most 15 characters; its own per node. */
  readonly bridge: string
  /** Where pulls of these registries go instead; left out: to the registries themselves. */
  readonly mirror?: { readonly endpoint: string; readonly registries: readonly string[] }
  /** Tells the person at the terminal what is done to their machine, a line at a time. */
  readonly say: (line: string) => void
}

/** Why there is no containerd; the caller chooses another runtime, openly. */
export type ContainerdRefusal =
  /** Containers cannot run here. Each entry names one thing that is missing, in words for a person. */
  | { readonly tag: 'ContainersImpossible'; readonly missing: readonly string[] }
  /** The machine could run them, but what is needed could not be installed. */
  | { readonly tag: 'InstallFailed'; readonly packages: readonly string[]; readonly message: string }
  /** It was started and did not answer; `message` holds the end of its log. */
  | { readonly tag: 'DidNotStart'; readonly message: string }

/** A containerd of the cluster's own. */
export interface LocalContainerd {
  /** Path of the unix socket that serves CRI. */
  readonly address: string
  readonly pid: number
  /** False: it was already running and is used as it is. */
  readonly started: boolean
}
