internal import CanonicalJSON
public import CreditModel
internal import EventLog
internal import Foundation
internal import Synchronization

/// The keys of an archive's service: issued and revoked on the command line or over HTTP, looked up at each request.
///
/// The file is apart from the log and its lock, so that keys are revoked while the service runs; a change of the file is
/// seen by the next request.
public final class APIKeys: Sendable {
    /// Most keys that an archive keeps, revoked ones included.
    public static let maximumCount = 10_000
    private static let prefix = "ca_"

    private struct Loaded: Sendable {
        var stamp: FileStamp?
        var byID: [String: APIKey] = [:]
    }

    private let folder: ArchiveFolder
    private let clock: Archive.Clock
    private let loaded = Mutex(Loaded())

    public init(_ folder: ArchiveFolder, clock: @escaping Archive.Clock = Archive.systemClock) {
        self.folder = folder
        path = APIKeyList.path(in: folder.keys)
        self.clock = clock
    }

    private let path: String
    private var today: CalendarDay { CalendarDay(millisecondsSinceEpoch: clock()) }

    /// Every key that was issued, in that order. Throws ``ArchiveError`` `record-damaged`.
    public func all() throws(ArchiveError) -> [APIKey] { try APIKeyList.read(in: folder.keys)?.keys ?? [] }

    /// Whether no key was ever issued.
    public func isEmpty() throws(ArchiveError) -> Bool { try current().isEmpty }

    /// The principal of a key as it was handed out.
    ///
    /// Throws ``ArchiveError`` `key-unknown`, `key-revoked`, `key-expired`, all ``ArchiveError/Kind/unauthenticated``;
    /// `record-damaged`.
    public func principal(of key: String) throws(ArchiveError) -> Principal {
        let parts = key.utf8.split(separator: UInt8(ascii: "_"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].elementsEqual("ca".utf8), case let id = String(Substring(parts[1])),
            let secret = Base64URL.decode(parts[2]), let known = try current()[id],
            APIKeys.isSame(APIKey.digest(ofSecret: secret), known.digest)
        else {
            throw ArchiveError(
                .unauthenticated, "key-unknown", field: "Authorization", chinese: "密钥不存在；请核对，或请管理员另发",
                english: "there is no such key; check it, or have another one issued")
        }
        if known.revokedAt != nil {
            throw ArchiveError(
                .unauthenticated, "key-revoked", field: "Authorization", chinese: "密钥已被撤销；请管理员另发",
                english: "the key was revoked; have another one issued")
        }
        guard known.isValid(on: today) else {
            throw ArchiveError(
                .unauthenticated, "key-expired", field: "Authorization", chinese: "密钥已过期；请管理员另发",
                english: "the key has expired; have another one issued")
        }
        return known.principal
    }

    /// Issues a key; what is returned beside it is shown once and kept nowhere.
    ///
    /// Throws ``ArchiveError`` `key-name-malformed`, `key-without-role`, `key-expired`, `too-many-keys`.
    public func issue(
        name: String, roles: Set<Role>, scope: RecordingScope = RecordingScope(), expiresOn: CalendarDay? = nil
    ) throws(ArchiveError) -> (key: APIKey, secret: String) {
        guard PlainText.isName(name, limit: 100) else {
            throw ArchiveError(
                .badInput, "key-name-malformed", field: "name", chinese: "请写明密钥的用途（1–100 字，不写姓名）",
                english: "say what the key is for (1–100 characters, never a person's name)")
        }
        guard !roles.isEmpty else {
            throw ArchiveError(
                .badInput, "key-without-role", field: "role", chinese: "请至少给密钥一个角色：\(APIKeys.roleList)",
                english: "give the key a role at least: \(APIKeys.roleList)")
        }
        if let expiresOn, expiresOn <= today {
            throw ArchiveError(
                .badInput, "key-expired", field: "expiresOn", chinese: "到期日 \(expiresOn) 不晚于今天（\(today)）",
                english: "the key would expire on \(expiresOn), not after today (\(today))")
        }
        var generator = SystemRandomNumberGenerator()
        let secret = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let letters = Array("abcdefghijkmnpqrstuvwxyz23456789")
        let createdAt = RecordedTime.text(milliseconds: clock())
        var made: APIKey?
        try change { (list) throws(ArchiveError) in
            guard list.keys.count < APIKeys.maximumCount else {
                throw ArchiveError(
                    .refused, "too-many-keys", chinese: "密钥已满 \(APIKeys.maximumCount) 个",
                    english: "there are \(APIKeys.maximumCount) keys already")
            }
            var id = ""
            repeat {
                id = String((0..<8).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] })
            } while list.keys.contains { $0.id == id }
            let key = APIKey(
                id: id, name: name, roles: roles, scope: scope, createdAt: createdAt, expiresOn: expiresOn,
                revokedAt: nil, digest: APIKey.digest(ofSecret: secret))
            list.keys.append(key)
            made = key
        }
        guard let made else { preconditionFailure("a change that returns has made the key") }
        return (made, "\(APIKeys.prefix)\(made.id)_" + Base64URL.encode(secret))
    }

    static let roleList = Role.allCases.map(\.rawValue).joined(separator: " ")

    /// Revokes a key for good. Throws ``ArchiveError`` `key-not-found`.
    @discardableResult
    public func revoke(_ id: String) throws(ArchiveError) -> APIKey {
        let now = RecordedTime.text(milliseconds: clock())
        var revoked: APIKey?
        try change { (list) throws(ArchiveError) in
            guard let place = list.keys.firstIndex(where: { $0.id == id }) else {
                throw ArchiveError(
                    .notFound, "key-not-found", field: id, chinese: "没有密钥 \(id)", english: "there is no key \(id)")
            }
            if list.keys[place].revokedAt == nil { list.keys[place].revokedAt = now }
            revoked = list.keys[place]
        }
        guard let revoked else { preconditionFailure("a change that returns has found the key") }
        return revoked
    }

    /// Changes the file under a lock of its own: two who issue keys at once both find theirs in it.
    private func change(_ body: (inout APIKeyList) throws(ArchiveError) -> Void) throws(ArchiveError) {
        try Files.makeFolder(folder.keys, mode: 0o700)
        let lock = open(folder.keys + "/api-keys.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0, flock(lock, LOCK_EX) == 0 else { throw .storage(path, errno) }
        defer { close(lock) }
        var list = try APIKeyList.read(in: folder.keys) ?? APIKeyList()
        try body(&list)
        try list.write(in: folder.keys, mode: 0o600)
    }

    private func current() throws(ArchiveError) -> [String: APIKey] {
        let stamp = FileStamp(path)
        if let known = loaded.withLock({ $0.stamp == stamp && stamp != nil ? $0.byID : nil }) { return known }
        let byID = Dictionary(try all().map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        loaded.withLock { $0 = Loaded(stamp: stamp, byID: byID) }
        return byID
    }

    /// Compares without telling by its time where two differ.
    private static func isSame(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        return zip(left.utf8, right.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
