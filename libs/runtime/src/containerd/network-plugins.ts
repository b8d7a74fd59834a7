/** What the condition, and who asks for it, are told where the pods' network has no plugin for it. */
export const unlimitedBandwidth =
  "the bandwidth of pods cannot be limited: their network's configuration has no plugin for it"

interface NetworkConfiguration {
  readonly Networks?: readonly { readonly Config?: { readonly Plugins?: readonly Plugin[] | null } }[] | null
}

interface Plugin {
  readonly Network?: { readonly capabilities?: Readonly<Record<string, boolean>> | null }
}

/**
 * Whether a plugin of the networks that containerd has loaded takes a pod's bandwidth; where none does, containerd drops the
 * wish without a word. `info`: of a verbose Status.
 */
export const limitsBandwidth = (info: Readonly<Record<string, string>>): boolean => {
  const { Networks } = JSON.parse(info['cniconfig'] || '{}') as NetworkConfiguration
  return (Networks ?? [])
    .flatMap(({ Config }) => Config?.Plugins ?? [])
    .some(({ Network }) => Network?.capabilities?.['bandwidth'] === true)
}
