export type { EventType, NewEvent, Origin, RecordedEvent, Sequence } from './event.ts'
export type { AppendAllRefusal, AppendRefusal, Appended, AppendedAll } from './event-log.ts'
export { mostAtOnce } from './event-log.ts'
export type { Base, Bounds, EventBatch, EventLog, ReadRefusal, SetAside } from './event-log.ts'
export { DamagedBlob } from './blobs/blobs.ts'
export type { BlobInfo, Blobs, BlobsUnavailable } from './blobs/blobs.ts'
export { directoryBlobs } from './blobs/directory-blobs.ts'
export { blobsOver } from './blobs/blobs-over.ts'
export { memoryBlobs } from './blobs/memory-blobs.ts'
export { s3Blobs } from './blobs/s3/s3-blobs.ts'
export type { S3Bucket } from './blobs/s3/s3-client.ts'
export { ensureBucket, objectStoreBlobs } from './blobs/object-store-blobs.ts'
export { snapshotsIn, takeSnapshot } from './kept/snapshots.ts'
export type { SnapshotBlob } from './kept/snapshots.ts'
export { keepSnapshots } from './kept/keep-snapshots.ts'
export { archiveTo } from './archive/archive-to.ts'
export { dropForgotten, trimArchive } from './archive/trim-archive.ts'
export { archivedBy } from './archive/archived-by.ts'
export { countPast } from './archive/count-past.ts'
export { verifyArchive } from './archive/verify-archive.ts'
export type { ArchiveReport, DroppedParts } from './archive/verify-archive.ts'
export { withArchive } from './archive/with-archive.ts'
export { openBackup, sequenceOfBackup } from './backup/backup-file.ts'
export type { BackupAbout, OpenBackup } from './backup/backup-file.ts'
export { joinBackups } from './backup/join-backups.ts'
export { restoreState } from './backup/restore-state.ts'
export { fetchBackup, fetchBackups, storeBackup, storedBackupName } from './backup/stored-backups.ts'
export { takeBackup } from './backup/take-backup.ts'
export { advanceHorizons } from './kept/advance-horizons.ts'
export type { AdvanceHorizons, PastRange, WithinBounds } from './kept/advance-horizons.ts'
export { everyKind, forgottenAt, horizonOf, kindName, stretches } from './horizons.ts'
export type { Horizons, KindRetention, PastBounds } from './horizons.ts'
export { compactLog } from './kept/compact-log.ts'
export type { CompactLog, Compacted, CompactionFailed, CompactionPhase, Removed } from './kept/compact-log.ts'
export { marksOf, marksText, writeMarks } from './kept/log-marks.ts'
export type { LogMarks } from './kept/log-marks.ts'
export { sequenceTimes } from './kept/sequence-times.ts'
export type { SequenceTimes } from './kept/sequence-times.ts'
export { unhurried } from './kept/unhurried.ts'
export { isFarOver, youngest } from './kept/choose-watermark.ts'
export type { Retention } from './kept/choose-watermark.ts'
export type { KeptSnapshots, SnapshotPolicy } from './kept/keep-snapshots.ts'
export { LogGap } from './log-gap.ts'
export { memoryEventLog } from './memory/memory-event-log.ts'
export type { MemoryEventLog, MemoryEventLogOptions } from './memory/memory-event-log.ts'
export { jetStreamEventLog } from './jetstream/jetstream-event-log.ts'
export type { JetStreamEventLogConfig } from './jetstream/jetstream-event-log.ts'
export type { MissingHere } from './jetstream/read-as-led.ts'
export { refOfSubject, subjectOf, subjectToken, tokenText } from './encoding/subject.ts'
export type { RawEvent, Upcaster } from './encoding/upcasting.ts'
export type { RecordRange, RecordStream, StoredRecord } from './records/record-stream.ts'
export { memoryRecordStream } from './records/memory-record-stream.ts'
export { jetStreamRecordStream } from './records/jetstream-record-stream.ts'
export type { JetStreamRecordStreamConfig } from './records/jetstream-record-stream.ts'
export { acceptGaps, logGaps } from './verify/gaps.ts'
export type { Gaps } from './verify/gaps.ts'
export { compareCopies } from './verify/compare-copies.ts'
export type { CopiesReport, CopyFinding } from './verify/compare-copies.ts'
export { verifyLog } from './verify/verify-log.ts'
export type { LogReport } from './verify/verify-log.ts'
export type { Counts, Finding } from './verify/check-messages.ts'
export type { KeyStore, KeysUnavailable, StoredKey, WrappedKey } from './sealing/key-store.ts'
export { memoryKeyStore } from './sealing/memory-key-store.ts'
export { jetStreamKeyStore } from './sealing/jetstream-key-store.ts'
export { unwrap, wrap } from './sealing/cluster-keys.ts'
export type { ClusterKey, ClusterKeys, KeyFault, Keys, LockedKey } from './sealing/cluster-keys.ts'
export { unreadableAnnotation } from './sealing/sealed-body.ts'
export { sealer, withoutKeys } from './sealing/sealer.ts'
export type { Sealed, Sealer } from './sealing/sealer.ts'
export { openEach, withSealing } from './sealing/with-sealing.ts'
export { noLog } from './no-log.ts'
export { withoutGrowth } from './without-growth.ts'
export {
  beginAnew,
  beginAnewType,
  feedMessage,
  feedSubjectOf,
  feedSubjects,
  isTold,
  noticeSubject,
  sequenceOf,
  throughOf,
  toldAgain,
  uidOf,
} from './feed/feed-message.ts'
export type { Withheld } from './feed/feed-message.ts'
export { addToFeed, ensureFeed, feedPlace, feedStream, mostReaders, oldestOfFeed } from './feed/feed-stream.ts'
export type { FeedPlace } from './feed/feed-stream.ts'
export { structuredEvent } from './feed/structured-event.ts'
export type { StructuredEvent } from './feed/structured-event.ts'
export { subjectsOf } from './feed/readings.ts'
export type { Reading } from './feed/readings.ts'
export {
  generalMessage,
  nodeFeedStream,
  nodeFeedSubjects,
  nodeFeedSubjectsOf,
  objectMessage,
  readNodeFeed,
  toldKey,
} from './node-feed/node-feed-message.ts'
export type {
  Audience,
  FeedMark,
  NodeFeedMessage,
  ToldObject,
  ToldToAll,
  ToldToNode,
} from './node-feed/node-feed-message.ts'
export { nodeFeedReader } from './node-feed/node-feed-reader.ts'
export type { NodeFeedBatch, NodeFeedReader, NodeFeedStep } from './node-feed/node-feed-reader.ts'
export { askForNodeFeed, offerNodeFeeds } from './node-feed/node-feed-offers.ts'
export type { AskForNodeFeed, NodeFeedOffer, OfferNodeFeeds } from './node-feed/node-feed-offers.ts'
export { ensureNodeFeed, followNodeFeed } from './node-feed/node-feed-stream.ts'
