/// A value that writes itself as JSON.
public protocol JSONEncodable {
    func write(to writer: inout JSONWriter)
}

/// Writes JSON without white space, strings escaped as RFC 8785 §3.2.2.2 says.
///
/// Members come out in the order in which they are written: whoever writes canonical JSON writes them sorted by UTF-16
/// code units (tests hold every event type to that with ``CanonicalForm``).
public struct JSONWriter: Sendable {
    public private(set) var bytes: [UInt8]
    private var needsComma = false

    public init(reserving capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// What was written, with a line end: for those who read it in a terminal.
    public consuming func line() -> [UInt8] {
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Forgets what was written, keeps the memory.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        needsComma = false
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func open(_ byte: UInt8) {
        separate()
        bytes.append(byte)
        needsComma = false
    }

    private mutating func close(_ byte: UInt8) {
        bytes.append(byte)
        needsComma = true
    }

    public mutating func beginObject() { open(UInt8(ascii: "{")) }
    public mutating func endObject() { close(UInt8(ascii: "}")) }
    public mutating func beginArray() { open(UInt8(ascii: "[")) }
    public mutating func endArray() { close(UInt8(ascii: "]")) }

    /// A key known when the program is compiled; plain ASCII without quotes or backslashes.
    public mutating func key(_ key: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    public mutating func key(_ key: String) {
        string(key)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    public mutating func string(_ value: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        var value = value
        value.withUTF8 { appendEscaped($0) }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendEscaped(_ utf8: UnsafeBufferPointer<UInt8>) {
        if utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
            bytes.append(contentsOf: utf8)
            return
        }
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "\""): bytes.append(contentsOf: [0x5C, 0x22])
            case UInt8(ascii: "\\"): bytes.append(contentsOf: [0x5C, 0x5C])
            case 0x08: bytes.append(contentsOf: [0x5C, UInt8(ascii: "b")])
            case 0x09: bytes.append(contentsOf: [0x5C, UInt8(ascii: "t")])
            case 0x0A: bytes.append(contentsOf: [0x5C, UInt8(ascii: "n")])
            case 0x0C: bytes.append(contentsOf: [0x5C, UInt8(ascii: "f")])
            case 0x0D: bytes.append(contentsOf: [0x5C, UInt8(ascii: "r")])
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                bytes.append(contentsOf: Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            default: bytes.append(byte)
            }
        }
    }

    /// Bytes as a base64url string without padding.
    public mutating func base64URL(_ bytes: some Collection<UInt8>) {
        separate()
        self.bytes.append(UInt8(ascii: "\""))
        Base64URL.append(bytes, to: &self.bytes)
        self.bytes.append(UInt8(ascii: "\""))
    }

    /// An integer within ±(2^53−1).
    public mutating func integer<Value: BinaryInteger>(_ value: Value) {
        precondition(value.magnitude <= 9_007_199_254_740_991, "JSON integers stay within ±(2^53−1)")
        separate()
        bytes.append(contentsOf: String(value).utf8)
    }

    public mutating func boolean(_ value: Bool) {
        separate()
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    public mutating func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
    }

    /// JSON that is written already.
    public mutating func raw(_ json: some Collection<UInt8>) {
        separate()
        bytes.append(contentsOf: json)
    }

    public mutating func value(_ value: some JSONEncodable) { value.write(to: &self) }
}

extension JSONWriter {
    public mutating func member(_ key: StaticString, _ value: some JSONEncodable) {
        self.key(key)
        value.write(to: &self)
    }

    /// Writes the member unless the value is nil: an absent member is absent, never null.
    public mutating func member(_ key: StaticString, _ value: (some JSONEncodable)?) {
        if let value { member(key, value) }
    }

    /// A member that is always there: null where there is no value.
    public mutating func nullable(_ key: StaticString, _ value: (some JSONEncodable)?) {
        self.key(key)
        if let value { value.write(to: &self) } else { null() }
    }
}

extension String: JSONEncodable {
    public func write(to writer: inout JSONWriter) { writer.string(self) }
}
extension Int: JSONEncodable {
    public func write(to writer: inout JSONWriter) { writer.integer(self) }
}
extension Int64: JSONEncodable {
    public func write(to writer: inout JSONWriter) { writer.integer(self) }
}
/// A number beyond 2^53−1, which only a stranger's claim can be here, is written as a string (RFC 7493 section 2.2).
extension UInt64: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        if self <= 9_007_199_254_740_991 { writer.integer(self) } else { writer.string(String(self)) }
    }
}
extension UInt32: JSONEncodable {
    public func write(to writer: inout JSONWriter) { writer.integer(self) }
}
extension Bool: JSONEncodable {
    public func write(to writer: inout JSONWriter) { writer.boolean(self) }
}
extension Array: JSONEncodable where Element: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginArray()
        for element in self { element.write(to: &writer) }
        writer.endArray()
    }
}
