import { fieldError } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import { clientErrors } from '../../../admissionregistration.k8s.io/v1/client-validation.ts'
import { reviewVersionErrors } from '../../../admissionregistration.k8s.io/v1/review-versions.ts'
import { requiredOneOf } from '../../../validation/values.ts'
import type { CustomResourceConversion } from './schema.ts'

const { forbidden, required } = fieldError

const at = 'spec.conversion'
const clientAt = `${at}.webhookClientConfig`
const versionsAt = `${at}.conversionReviewVersions`
const idle = 'should not be set when strategy is not set to Webhook'

/** What is wrong with how a definition's objects are said to be converted. */
export const conversionErrors = (conversion: CustomResourceConversion | undefined): readonly FieldError[] => {
  const { strategy, webhook } = conversion ?? {}
  const { clientConfig, conversionReviewVersions = [] } = webhook ?? {}
  return [
    ...requiredOneOf(`${at}.strategy`, strategy, ['None', 'Webhook']),
    ...(strategy === 'Webhook'
      ? [
          ...(clientConfig
            ? clientErrors(clientConfig, clientAt)
            : [required(clientAt, 'required when strategy is set to Webhook')]),
          ...reviewVersionErrors(versionsAt, conversionReviewVersions),
        ]
      : [
          ...(clientConfig ? [forbidden(clientAt, idle)] : []),
          ...(conversionReviewVersions.length > 0 ? [forbidden(versionsAt, idle)] : []),
        ]),
  ]
}
