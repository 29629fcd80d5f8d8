internal import CanonicalJSON
internal import TransparencyLog

/// Brings an index up to the log: what it lacks is read from the entries; one that does not belong is derived anew.
public enum IndexCatchUp {
    private static let chunk: UInt64 = 4_096

    /// Adds the entries beyond the index's cursor. Keeps them too where `keep` holds (the lock's holder alone writes).
    public static func run(store: any LogStore, index: any LogIndex, keep: Bool = true) throws {
        let head = try store.head()
        var cursor = try index.cursor()
        if try cursor.size > head.size || !fits(cursor, head: head, store: store) {
            try index.reset()
            cursor = .empty
        }
        var position = cursor.size
        while position < head.size {
            let end = min(position + chunk, head.size)
            var entries: [IndexedEntry] = []
            try store.forEachEntry(in: position..<end) { position, bytes in
                entries.append(try IndexedEntry(Entry(position: position, bytes: Array(bytes))))
            }
            try index.add(entries)
            position = end
            if keep, index.pendingCount >= LogWriter.indexFlushThreshold {
                try index.flush(head: LogHead(size: end, root: root(at: end, head: head, store: store)))
            }
        }
        if keep, index.pendingCount > 0 { try index.flush(head: head) }
    }

    /// Whether the tree had the cursor's root at the cursor's size.
    private static func fits(_ cursor: LogHead, head: LogHead, store: any LogStore) throws -> Bool {
        if cursor.size == 0 { return true }
        return try cursor.root == root(at: cursor.size, head: head, store: store)
    }

    private static func root(at size: UInt64, head: LogHead, store: any LogStore) throws -> Digest32 {
        if size == head.size { return head.root }
        return try StoreTiles(store: store, size: head.size).root(at: size)
    }
}

extension IndexedEntry {
    /// What the index keeps of a stored entry; the data key is found wherever a sealed field stands.
    public init(_ entry: Entry) throws {
        self.init(
            position: entry.position, identity: entry.identity, stream: entry.subject, sequence: entry.sequence,
            keyID: try entry.data.firstKeyID(),
            destroyedKeyID: entry.type == "subjectkey.destroyed" ? try entry.data.keyNumber("kid") : nil)
    }
}

extension JSONNode {
    fileprivate func keyNumber(_ key: StaticString) throws -> UInt32? {
        var fields = try self.fields()
        return fields.optional(key).flatMap { try? $0.integer() }.flatMap { UInt32(exactly: $0) }
    }

    /// The key number of the first sealed field in this value.
    fileprivate func firstKeyID() throws -> UInt32? {
        switch kind {
        case .object:
            for (key, value) in try members() {
                if key == "sealed", value.kind == .object, let found = try value.keyNumber("kid") { return found }
                if let found = try value.firstKeyID() { return found }
            }
        case .array: for element in try elements() { if let found = try element.firstKeyID() { return found } }
        default: break
        }
        return nil
    }
}
