internal import CanonicalJSON
public import CreditModel
public import EventLog
internal import EventLogSQLite
internal import Foundation
public import Projections
internal import Schema
internal import TransparencyLog

/// An archive that is open: its log, its derived files, its keys and the rules it was created with.
///
/// Three users work with it: ``Recorder`` appends, ``Auditor`` reads and proves, ``Administrator`` keeps it in order.
public final class Archive: Sendable {
    public enum Access: Sendable {
        case reading
        /// Takes the writer's lock: one process at a time.
        case writing
    }

    /// Milliseconds since 1970, UTC.
    public typealias Clock = LogWriter.Clock

    public let folder: ArchiveFolder
    public let created: ArchiveCreated
    /// The names under which the log has spoken, the one in force last.
    public let origins: [LogOrigin]
    public let policy: CreditPolicy
    public let log: LogReader
    public let projections: ProjectionSet
    public let vault: TextVault
    public let evidence: EvidenceStore
    /// Which acts need two persons here.
    public let twoPersons: TwoPersonPolicies
    /// The notices of holidays that are in force here.
    let calendars: CalendarShelf
    package let writer: LogWriter?
    let keys: DataKeys?
    let clock: Clock
    let passphrase: PassphraseSource
    /// What explanations have in common, while the archive is open.
    let evaluations = EvaluationMemo()
    private let lock: WriterLock?

    public static let systemClock: Clock = { Int64(Date().timeIntervalSince1970 * 1000) }

    /// Today in Asia/Shanghai.
    public var today: CalendarDay { CalendarDay(millisecondsSinceEpoch: clock()) }

    /// The name and key in force.
    public var origin: LogOrigin { origins[origins.count - 1] }

    /// Opens an archive. Throws ``ArchiveError`` or ``EventLogError``: what is missing, locked or damaged, by name.
    ///
    /// - Parameter passphrase: of the signing key, where it is encrypted; asked for only when something is signed.
    public convenience init(
        opening folder: ArchiveFolder, for access: Access, passphrase: PassphraseSource = .none,
        clock: @escaping Clock = systemClock
    ) throws {
        try self.init(opening: folder, for: access, resuming: false, passphrase: passphrase, clock: clock)
    }

    /// - Parameter resuming: also writes to an archive that was restored and has not been resumed.
    init(
        opening folder: ArchiveFolder, for access: Access, resuming: Bool, passphrase: PassphraseSource,
        clock: @escaping Clock
    ) throws {
        guard folder.exists else {
            throw ArchiveError(
                .unavailable, "no-archive", chinese: "\(folder.path) 不是档案库；请检查路径，或用 init 新建",
                english: "there is no archive at \(folder.path); check the path, or make one with init")
        }
        self.folder = folder
        self.clock = clock
        self.passphrase = passphrase
        let writable = access == .writing
        lock = writable ? try WriterLock(folder: folder.path, holder: Archive.holder(clock)) : nil
        if writable, !resuming { try RestoredMark.requireWritable(folder) }
        let store = try SQLiteLogStore(path: folder.log, writable: writable)
        let index = try SQLiteLogIndex(path: folder.index, writable: writable)
        let random = RandomPool()
        if writable {
            writer = try LogWriter(store: store, index: index, random: random, clock: clock)
        } else {
            writer = nil
            try IndexCatchUp.run(store: store, index: index, keep: false)
        }
        log = LogReader(store: store, index: index, writer: writer)
        guard try log.head().size > 0, case .archiveCreated(let created) = try log.entry(at: 0).event() else {
            throw EventLogError.damaged("日志没有建库条目", "the log has no entry of its creation")
        }
        self.created = created
        origins = try LogOrigin.all(of: store, since: created)
        evidence = EvidenceStore(folder: folder.evidence)
        twoPersons = TwoPersonPolicies(folder, clock: clock)
        calendars = CalendarShelf(created, evidence, log)
        policy = try Archive.policy(created, evidence)
        let destroyed = try log.destroyedKeyIDs()
        keys = try Archive.openKeys(folder, created, index, random, writable, destroyed)
        vault = TextVault(
            archiveID: created.archive, keys: keys, cipher: FieldCipher(random: random),
            destroyed: DestroyedKeys(destroyed))
        projections = ProjectionSet(folder: folder.path, log: log, policy: policy)
        guard writable else { return }
        try projections.removeLeftovers()
        try projections.fold()
    }

    /// Transactions since the archive was opened for writing, and entries in them.
    public var groupCommits: LogWriter.Tally { writer?.groupCommits ?? LogWriter.Tally() }

    /// Folds what was appended and keeps the index: before the archive is left (and safe to leave out).
    public func close() throws {
        guard let writer else { return }
        try writer.flushIndex()
        try projections.fold()
        try log.store.settle()
    }

    static func holder(_ clock: Clock) -> String {
        let process = ProcessInfo.processInfo
        return "pid \(process.processIdentifier), \(process.processName), \(RecordedTime.text(milliseconds: clock()))"
    }

    private static func policy(_ created: ArchiveCreated, _ evidence: EvidenceStore) throws -> CreditPolicy {
        guard let adopted = created.policies.first else {
            throw EventLogError.damaged("建库条目没有政策", "the entry of creation names no policy")
        }
        let embedded = Schema.defaultPolicy
        let bytes =
            EvidenceStore.digest(embedded) == adopted.digest ? embedded : try evidence.bytes(adopted.digest)
        return try CreditPolicy(json: JSONDocument(parsing: bytes).root)
    }

    /// Opens the data keys. A reader without a key file still reads everything that is not sealed.
    private static func openKeys(
        _ folder: ArchiveFolder, _ created: ArchiveCreated, _ index: any LogIndex, _ random: RandomPool,
        _ writable: Bool, _ destroyed: [UInt32]
    ) throws -> DataKeys? {
        let highest = try index.highestKeyID()
        guard writable else {
            // What is not sealed is read without keys too.
            return try? DataKeys(
                path: folder.dataKeys, archiveID: created.archive, highestUsed: highest, canWrite: false, random: random
            )
        }
        try Files.makeFolder(folder.keys, mode: 0o700)
        if highest != nil, !FileManager.default.fileExists(atPath: folder.dataKeys) {
            throw EventLogError(
                .keys,
                chinese: "缺少密钥文件 \(folder.dataKeys)，而日志中有以它密封的文本；请从密钥备份恢复。若确已永久丢失，建一个同名空文件即可继续：旧文本不再可读",
                english:
                    "the key file \(folder.dataKeys) is missing and the log has texts sealed with it; restore it from "
                    + "the backup of the keys. If it is lost for good, make an empty file there to go on: the old texts stay unreadable"
            )
        }
        let keys = try DataKeys(
            path: folder.dataKeys, archiveID: created.archive, highestUsed: highest, canWrite: true, random: random)
        // A key that the log says is destroyed is gone, also when a crash or an older key backup left it here.
        for id in destroyed { if case .key = try keys.lookup(id) { try keys.destroy(id) } }
        return keys
    }
}

extension Archive {
    /// What `init` made.
    public struct Creation: Sendable, Hashable {
        public var origin: String
        public var path: String
        public var verifierKey: String
    }

    /// Makes an archive in a folder that does not exist yet, or is empty. Whole or not at all.
    ///
    /// - Parameters:
    ///   - origin: the log's name in every checkpoint: a scheme-less URL prefix such as `credit.example/county`.
    ///   - passphrase: under which the signing key is kept; nil: the key lies in a file of mode 0600.
    public static func create(
        at folder: ArchiveFolder, origin: String, passphrase: Passphrase? = nil, clock: @escaping Clock = systemClock
    ) throws -> Creation {
        let manager = FileManager.default
        try requireFree(folder)
        try requireOrigin(origin)
        let signer = try NoteSigner(name: origin)
        let draft = ArchiveFolder(folder.path + ".creating-\(getpid())")
        try? manager.removeItem(atPath: draft.path)
        do {
            try write(draft, origin: origin, signer: signer, passphrase: passphrase, clock: clock)
            try? manager.removeItem(atPath: folder.path)
            guard rename(draft.path, folder.path) == 0 else { throw ArchiveError.storage(folder.path, errno) }
            // An archive that was said to be made is there after a power cut, too.
            let code = DurableFile.syncFolder(of: folder.path)
            guard code == 0 else {
                // Not said to be made, so not there.
                rename(folder.path, draft.path)
                throw ArchiveError.storage(folder.path, code)
            }
        } catch {
            try? manager.removeItem(atPath: draft.path)
            throw error
        }
        return Creation(origin: origin, path: folder.path, verifierKey: signer.verifier.string)
    }

    private static func write(
        _ folder: ArchiveFolder, origin: String, signer: NoteSigner, passphrase: Passphrase?, clock: @escaping Clock
    ) throws {
        try Files.makeFolder(folder.path)
        try Files.makeFolder(folder.keys, mode: 0o700)
        try Files.makeFolder(folder.evidence)
        try SigningKey.write(SigningKeyFile(signer, passphrase: passphrase), to: folder.signingKey)
        let evidence = EvidenceStore(folder: folder.evidence)
        let policy = try CreditPolicy(json: JSONDocument(parsing: Schema.defaultPolicy).root)
        let digest = try evidence.keep(Schema.defaultPolicy)
        let calendar = try HolidayNotice(json: JSONDocument(parsing: Schema.holidayCalendar).root)
        let calendarDigest = try evidence.keep(Schema.holidayCalendar)
        let event = CreditEvent.archiveCreated(
            ArchiveCreated(
                archive: UUID().uuidString.lowercased(), origin: origin, verifierKey: signer.verifier.string,
                policies: [AdoptedDocument(id: policy.id, version: policy.version, digest: digest)],
                calendars: [
                    AdoptedDocument(id: calendar.id, version: calendar.version, digest: calendarDigest)
                ]))
        try SQLiteLogStore.create(path: folder.log)
        let store = try SQLiteLogStore(path: folder.log, writable: true)
        let index = try SQLiteLogIndex(path: folder.index, writable: true)
        let writer = try LogWriter(store: store, index: index, random: RandomPool(), clock: clock)
        let draft = EventDraft(
            event, identity: EventIdentity(source: "urn:credit-archive:archive", id: "created"), subject: .archive,
            recordedBy: "operator/init")
        _ = try writer.appendNow(AppendRequest([draft], expecting: [(.archive, .none)]))
        try writer.flushIndex()
        // Signed from its first entry on: a log without any checkpoint is one that lost them.
        let head = try store.head()
        let note = try Checkpoint(origin: origin, size: head.size, root: head.root).signed(by: [signer])
        try store.save(checkpoint: String(decoding: note.bytes, as: UTF8.self), size: head.size)
        try store.settle()
    }
}

extension Archive {
    /// Only a path where nothing is, or an empty folder, is taken: a file or a link is never replaced.
    static func requireFree(_ folder: ArchiveFolder) throws(ArchiveError) {
        var status = stat()
        guard lstat(folder.path, &status) == 0 else { return }
        let isFolder = status.st_mode & S_IFMT == S_IFDIR
        guard isFolder, let contents = try? FileManager.default.contentsOfDirectory(atPath: folder.path),
            contents.isEmpty
        else {
            throw ArchiveError(
                .badInput, isFolder ? "folder-not-empty" : "path-taken", chinese: "\(folder.path) 已存在且不是空目录；请换一个路径",
                english: "\(folder.path) exists and is not an empty folder; choose another path")
        }
    }

    /// The origin is the scheme-less URL prefix without a trailing slash (C2SP tlog-tiles), in printable ASCII.
    static func requireOrigin(_ origin: String) throws(ArchiveError) {
        let bytes = origin.utf8
        let isPlain =
            (1...255).contains(bytes.count)
            && bytes.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "+") }
        guard isPlain, !origin.contains("://"), !origin.hasSuffix("/"), !origin.hasPrefix("/") else {
            throw ArchiveError(
                .usage, "origin-malformed", field: "--origin",
                chinese: "日志名称“\(origin)”应为不带协议和末尾斜杠的网址前缀，如 credit.example/county，只用 ASCII 字符，不含空格和加号",
                english: "the origin '\(origin)' must be a URL prefix without scheme and trailing slash, such as "
                    + "credit.example/county: ASCII without spaces and '+'")
        }
    }
}

extension LogReader {
    /// The data keys that the log says are destroyed. The index, a derived file, only tells where to look: to destroy a
    /// key by its word alone could not be undone.
    func destroyedKeyIDs() throws -> [UInt32] {
        try index.destroyedKeyIDs().filter { id in
            guard let position = try index.position(of: .destruction(ofKey: id)),
                case .subjectKeyDestroyed(let data) = try entry(at: position).event()
            else { return false }
            return data.keyID == id
        }
    }
}

extension EventIdentity {
    /// Of the record that a data key was destroyed.
    static func destruction(ofKey id: UInt32) -> EventIdentity {
        EventIdentity(source: "urn:credit-archive:key", id: "destroyed/\(id)")
    }
}

extension EventDraft {
    /// The draft of an event in stored form.
    init(
        _ event: CreditEvent, identity: EventIdentity, subject: StreamID, time: String? = nil, recordedBy: String,
        importID: String? = nil, importRow: Int64? = nil, keyID: UInt32? = nil, persons: Submission.Persons? = nil
    ) {
        var writer = JSONWriter(reserving: 1024)
        event.write(to: &writer)
        var destroyed: UInt32?
        if case .subjectKeyDestroyed(let data) = event { destroyed = data.keyID }
        let type = event.type
        self.init(
            identity: identity, type: type.rawValue, subject: subject,
            dataSchema: EventCodec.storedURN(type), time: time, recordedBy: recordedBy,
            proposedBy: persons?.proposedBy, approvedBy: persons?.approvedBy, importID: importID, importRow: importRow,
            data: writer.bytes, keyID: keyID, destroyedKeyID: destroyed)
    }
}
