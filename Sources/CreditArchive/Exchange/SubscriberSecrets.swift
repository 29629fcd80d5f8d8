internal import CanonicalJSON
internal import Foundation

/// The secrets by which webhooks know who posts to them: `keys/subscriber-secrets.json`, 0600.
///
/// Unlike API keys they are kept as they are, since every post is signed with them.
struct SubscriberSecrets: Sendable {
    /// A former secret goes on signing for so long, that the other side can change it without losing a post.
    static let overlapMilliseconds: Int64 = 86_400_000
    static let prefix = "whsec_"

    private let folder: ArchiveFolder

    init(_ folder: ArchiveFolder) { self.folder = folder }

    /// The secrets to sign with, the newest first.
    func secrets(of subscriber: Int64, at now: Int64) throws(ArchiveError) -> [[UInt8]] {
        let own = (try SecretList.read(in: folder.keys) ?? SecretList()).secrets.filter { $0.subscriber == subscriber }
        return own.reversed().filter { $0.endsAt.map { now < $0 } ?? true }.map(\.bytes)
    }

    /// Makes a secret; the one before it ends after a day. What is returned is shown once.
    func issue(for subscriber: Int64, at now: Int64) throws(ArchiveError) -> String {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        try change { list in
            list.secrets.removeAll { $0.endsAt.map { $0 <= now } ?? false }
            for place in list.secrets.indices
            where list.secrets[place].subscriber == subscriber && list.secrets[place].endsAt == nil {
                list.secrets[place].endsAt = now + SubscriberSecrets.overlapMilliseconds
            }
            list.secrets.append(SecretList.Secret(subscriber: subscriber, bytes: bytes))
        }
        return SubscriberSecrets.prefix + Data(bytes).base64EncodedString()
    }

    func remove(_ subscriber: Int64) throws(ArchiveError) {
        try change { $0.secrets.removeAll { $0.subscriber == subscriber } }
    }

    /// Changes the file under a lock of its own.
    private func change(_ body: (inout SecretList) -> Void) throws(ArchiveError) {
        try Files.makeFolder(folder.keys, mode: 0o700)
        let lock = open(folder.keys + "/api-keys.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0, flock(lock, LOCK_EX) == 0 else { throw .storage(SecretList.path(in: folder.keys), errno) }
        defer { close(lock) }
        var list = try SecretList.read(in: folder.keys) ?? SecretList()
        body(&list)
        try list.write(in: folder.keys, mode: 0o600)
    }
}

private struct SecretList: FolderRecord, Sendable {
    struct Secret: Sendable, JSONDecodable, JSONEncodable {
        var subscriber: Int64
        var bytes: [UInt8]
        /// Milliseconds since 1970, UTC; nil: it is the one in force.
        var endsAt: Int64?

        init(subscriber: Int64, bytes: [UInt8]) { (self.subscriber, self.bytes) = (subscriber, bytes) }

        init(json: JSONNode) throws(JSONFault) {
            var fields = try json.fields()
            endsAt = try fields.optional("endsAt")
            let secret = try fields.required("secret")
            guard let read = Base64URL.decode(try secret.string().utf8) else {
                throw secret.fault(.badValue, "base64url")
            }
            bytes = read
            subscriber = try fields.required("subscriber")
            try fields.finish()
        }

        func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.member("endsAt", endsAt)
            writer.key("secret")
            writer.base64URL(bytes)
            writer.member("subscriber", subscriber)
            writer.endObject()
        }
    }

    static let fileName = "subscriber-secrets.json"
    var secrets: [Secret] = []

    init() {}

    init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        secrets = try fields.required("secrets")
        try fields.finish()
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("secrets", secrets)
        writer.endObject()
    }
}
