/** What `kubectl explain` says of custom kinds, webhooks and admission policies: `field` or `Type.field`, and a sentence. */
export const definitionsAndPoliciesWords = `
$ref: Not allowed.
$schema: Which JSON Schema it is written in.
acceptedNames: Names that are served; others may have them first.
additionalItems: Not allowed.
additionalPrinterColumns: Columns of \`kubectl get\`.
additionalProperties: The schema of members that are not named, or whether there may be any.
admissionReviewVersions: Versions of AdmissionReview that the webhook speaks, the preferred one first.
allOf: Schemas that must all hold.
anyOf: Schemas of which one must hold.
apiVersions: API versions; * is all.
applyConfiguration: Fields to set, as server-side apply merges them.
auditAnnotations: What is told the audit.
categories: Groups of kinds that it is listed with, such as all.
clientConfig: How the webhook is reached.
conversion: How objects become another version.
conversionReviewVersions: Versions of ConversionReview that the webhook speaks.
definitions: Not allowed.
dependencies: Not allowed.
deprecated: Whether clients are warned of the version.
deprecationWarning: The words of the warning.
enum: The values that it may have.
example: An example.
excludeResourceRules: Requests that are left out.
exclusiveMaximum: Whether the maximum itself is too much.
exclusiveMinimum: Whether the minimum itself is too little.
expressionWarnings: What is doubtful in the expressions.
externalDocs: Where more is said.
failurePolicy: What happens where it cannot be asked or evaluated: Fail or Ignore.
ValidationRule.fieldPath: The field that errors are said of.
ExpressionWarning.fieldRef: The expression.
format: A format of the value, such as date-time.
id: Not allowed.
JSONSchemaProps.items: The schema of the elements.
jsonPatch: A JSON patch that an expression makes.
jsonPath: The field, as a simple JSON path.
labelSelectorPath: Where the scale's selector stands.
listKind: The kind of lists. Default the kind with List behind it.
matchConditions: Expressions that must all hold for it to be asked.
matchConstraints: Which requests it is about.
matchPolicy: Whether the same object in another version counts: Exact or Equivalent.
matchResources: Which requests it is about, among those of the policy.
maximum: The greatest value.
maxItems: The most elements.
maxLength: The most characters.
maxProperties: The most members.
messageExpression: A CEL expression that makes the message.
minimum: The least value.
minItems: The least number of elements.
minLength: The least number of characters.
minProperties: The least number of members.
multipleOf: What it must be a multiple of.
mutations: The changes, one after the other.
not: A schema that must not hold.
nullable: Whether null may stand for it.
objectSelector: Labels of the object, as it was or as it will be.
oneOf: Schemas of which exactly one must hold.
openAPIV3Schema: The schema of the objects.
operations: CREATE, UPDATE, DELETE, CONNECT; * is all.
optionalOldSelf: Whether the rule is evaluated without an old value, too.
parameterNotFoundAction: What happens where there are none: Allow or Deny.
paramKind: The kind of its parameters.
paramRef: Its parameters.
patchType: ApplyConfiguration or JSONPatch.
ServiceReference.path: The path of the request.
pattern: A regular expression of the value.
patternProperties: Not allowed.
plural: The name in paths.
policyName: The policy.
preserveUnknownFields: Whether fields outside the schema are kept; must be false.
properties: The members, and their schemas.
reinvocationPolicy: Whether it is asked again when others have changed the object: Never or IfNeeded.
rule: The CEL expression; self is the value.
scale: How the object is scaled.
schema: What objects of the version look like.
selectableFields: Fields that lists can be filtered by.
ParamRef.selector: Labels of the parameters.
served: Whether the version is served.
shortNames: Shorter names for kubectl.
sideEffects: Whether being asked changes anything: None or NoneOnDryRun.
singular: The name for one.
specReplicasPath: Where the wanted replicas stand.
statusReplicasPath: Where the seen replicas stand.
storage: Whether objects are stored in this version.
storedVersions: Versions that objects may be stored in.
CustomResourceConversion.strategy: None, where only the version changes, or Webhook.
subresources: Which subresources objects have.
title: A title.
CustomResourceColumnDefinition.type: What the cells are: string, integer, number, boolean or date.
JSONSchemaProps.type: object, array, string, integer, number or boolean.
typeChecking: What checking the expressions has found.
uniqueItems: Not allowed to be true.
url: The address.
validationActions: What happens to requests that break it: Deny, Warn, Audit.
validations: The rules.
valueExpression: A CEL expression of the value.
variables: Expressions with names that others use.
warning: What is doubtful.
webhook: How the webhook is asked.
webhooks: The webhooks.
x-kubernetes-embedded-resource: Whether it is a whole object, with kind and metadata.
x-kubernetes-int-or-string: Whether it is a number or text.
x-kubernetes-list-map-keys: Members by which elements of the list are told apart.
x-kubernetes-list-type: How the list merges: atomic, set or map.
x-kubernetes-map-type: How the map merges: granular or atomic.
x-kubernetes-preserve-unknown-fields: Whether members outside the schema are kept.
x-kubernetes-validations: Rules in CEL.
`
