export { replicaSetController } from './replicaset/controller.ts'
export { replicationControllerController } from './replicationcontroller/controller.ts'
export { deploymentController } from './deployment/controller.ts'
