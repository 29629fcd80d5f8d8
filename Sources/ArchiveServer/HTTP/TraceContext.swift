internal import HTTPTypes

/// W3C Trace Context: the trace that a request belongs to, passed on; a new one where it names none.
struct TraceContext: Sendable {
    let traceID: String
    /// Of this service's part; also the request's id.
    let spanID: String
    private let flags: String

    private static let header = HTTPField.Name("traceparent")
    private static let requestHeader = HTTPField.Name("X-Request-Id")

    init(_ headers: HTTPFields) {
        let sent = TraceContext.header.flatMap { headers[$0] }.flatMap(TraceContext.read)
        var generator = SystemRandomNumberGenerator()
        traceID = sent?.trace ?? TraceContext.hex(generator.next() as UInt64) + TraceContext.hex(generator.next())
        spanID = TraceContext.hex(generator.next())
        flags = sent?.flags ?? "00"
    }

    var requestID: String { spanID }

    /// The value for whoever is asked next, and for the caller.
    var traceparent: String { "00-\(traceID)-\(spanID)-\(flags)" }

    func add(to headers: inout HTTPFields) {
        if let name = TraceContext.header { headers.append(HTTPField(name: name, value: traceparent)) }
        if let name = TraceContext.requestHeader { headers.append(HTTPField(name: name, value: requestID)) }
    }

    private static func read(_ text: String) -> (trace: String, flags: String)? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].utf8.count == 2, parts[0] != "ff", parts[1].utf8.count == 32,
            parts[2].utf8.count == 16, parts[3].utf8.count == 2,
            parts[0..<4].allSatisfy({ $0.utf8.allSatisfy(isHex) }), parts[1].contains(where: { $0 != "0" }),
            parts[2].contains(where: { $0 != "0" }), parts.count == 4 || parts[0] != "00"
        else { return nil }
        return (String(parts[1]), String(parts[3]))
    }

    private static func isHex(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) }

    private static func hex(_ number: UInt64) -> String {
        String(unsafeUninitializedCapacity: 16) { digits in
            for place in 0..<16 {
                let digit = UInt8(truncatingIfNeeded: number >> (60 - 4 * place)) & 0xF
                digits[place] = digit < 10 ? 0x30 + digit : 0x57 + digit
            }
            return 16
        }
    }
}
