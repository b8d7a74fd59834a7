/** What replay calls again of a controller: all that these know must stand in the cut or in the record. */
const replayed = new Set(['decide', 'assume'])

/** Types of parameters that are code and say nothing of a cluster. */
const code = new Set(['Kind', 'KindsAt', 'ReplicatedKind'])

const isOutside = ({ block }, node) =>
  block !== node && block.range[0] <= node.range[0] && block.range[1] >= node.range[1]

/** What a value takes of the functions around it, and not of its module. */
const capturedBy = (scopes, node) => {
  const references = []
  const collect = scope => {
    references.push(...scope.references)
    scope.childScopes.forEach(collect)
  }
  collect(scopes.globalScope)
  return references.filter(({ identifier, resolved }) => {
    const within = identifier.range[0] >= node.range[0] && identifier.range[1] <= node.range[1]
    if (!within || !resolved || resolved.defs.length === 0) return false
    const { type } = resolved.scope
    return type !== 'module' && type !== 'global' && isOutside(resolved.scope, node)
  })
}

const isCode = ({ defs: [definition] }) => {
  const annotated = definition.name.typeAnnotation?.typeAnnotation
  return annotated?.type === 'TSTypeReference' && code.has(annotated.typeName.name)
}

/**
 * A decision that takes a value from the function that made its controller knows something that no record holds, and replay
 * decides otherwise. Such values come by `Controller.inputs`, which is recorded, and `moment.inputs`.
 */
export const recordedInputs = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { captured: '`{{name}}` is not in the record: give it as `inputs` and take it from `moment.inputs`' },
  },
  create: context => ({
    Property: node => {
      if (!replayed.has(node.key.name ?? node.key.value) || node.parent.type !== 'ObjectExpression') return
      for (const { identifier, resolved } of capturedBy(context.sourceCode.scopeManager, node.value))
        if (!isCode(resolved))
          context.report({ node: identifier, messageId: 'captured', data: { name: identifier.name } })
    },
  }),
}
