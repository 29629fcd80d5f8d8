/// Where a log is and how it can be opened here: for reading only, also on a read-only disk.
struct LogFile: Sendable {
    let path: String
    /// The URI with which every connection of one audit opens the file.
    let uri: String

    /// Finds out how the file opens.
    ///
    /// In WAL mode even a reader needs the `-shm` file; where it cannot be made (a read-only folder), the file is
    /// opened as immutable (sqlite.org/wal.html section 6), which is right only if no `-wal` file holds later
    /// transactions.
    init(path: String) throws(AuditError) {
        self.path = path
        guard Platform.fileByteCount(path) != nil else {
            throw AuditError(.cannotOpen, "\(path) is not a file that can be read")
        }
        let plain = "file:\(LogFile.escaped(path))?mode=ro"
        do throws(StorageFault) {
            try LogFile.probe(plain)
            uri = plain
            return
        } catch {
            guard error.obstacle?.code == .cannotOpen else {
                if let obstacle = error.obstacle { throw obstacle }
                // Damage: the audit itself will meet it and report it.
                uri = plain
                return
            }
        }
        guard Platform.fileByteCount(path + "-wal") ?? 0 == 0 else {
            throw AuditError(.walUnreadable, "\(path)-wal has content")
        }
        let immutable = plain + "&immutable=1"
        do throws(StorageFault) {
            try LogFile.probe(immutable)
        } catch {
            if let obstacle = error.obstacle { throw obstacle }
        }
        uri = immutable
    }

    func open() throws(StorageFault) -> SQLiteReader { try SQLiteReader(uri: uri) }

    /// No log of as many bytes has more entries: each takes at least four.
    var greatestPlausibleSize: UInt64 {
        ((Platform.fileByteCount(path) ?? 0) + (Platform.fileByteCount(path + "-wal") ?? 0)) / 4
    }

    /// Reads something, so that the header and the write-ahead log are opened.
    private static func probe(_ uri: String) throws(StorageFault) {
        _ = try SQLiteReader(uri: uri).prepare("SELECT 1 FROM sqlite_schema").step()
    }

    /// A path as it may stand in a URI: all but unreserved characters and slashes in percent form (RFC 3986 section
    /// 2.1).
    private static func escaped(_ path: String) -> String {
        let digits = Array("0123456789ABCDEF")
        var text = ""
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                text += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
        // Two leading slashes would name a host.
        return path.hasPrefix("//") ? "//" + text : text
    }
}
