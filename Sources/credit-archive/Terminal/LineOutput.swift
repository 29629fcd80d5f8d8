internal import CanonicalJSON
internal import Foundation

/// Lines of JSON on stdout, gathered into large writes. A reader that goes away ends it quietly, as in `replay | head`.
final class LineOutput {
    private static let fullBytes = 65_536

    private var writer = JSONWriter(reserving: 8_192)
    private var pending: [UInt8] = []
    private var isClosed = false

    /// A closed pipe is noticed by the write that fails, not by a signal that ends the program.
    init() { signal(SIGPIPE, SIG_IGN) }

    /// Adds one line; false where nobody reads any more.
    func line(_ write: (inout JSONWriter) -> Void) -> Bool {
        writer.removeAll()
        write(&writer)
        pending += writer.bytes
        pending.append(0x0A)
        return pending.count < LineOutput.fullBytes ? !isClosed : flush()
    }

    /// Puts out what waits; false where nobody reads any more.
    func flush() -> Bool {
        guard !isClosed else { return false }
        if !pending.isEmpty { isClosed = !Terminal.write(unlessClosed: pending) }
        pending.removeAll(keepingCapacity: true)
        return !isClosed
    }
}
