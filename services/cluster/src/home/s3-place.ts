/** Whether a place is `s3://bucket/prefix` rather than a path. */
export const isS3 = (place: string): boolean => place.startsWith('s3://')
