internal import Foundation
internal import Synchronization
internal import TabularText

/// What the program knows of the terminal it runs in.
enum Terminal {
    /// Stops the numbers of standard descriptors that were closed from going to files of the archive, into which answers
    /// would then be written. What stands there instead is opened the wrong way round: using it fails as before.
    static func guardDescriptors() {
        for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) == -1 {
            // The lowest free number is the one that is given (POSIX, open).
            _ = open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
        }
    }

    static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// Columns of the terminal on stdout; nil where it is none.
    static var width: Int? {
        guard isTerminal(1) else { return nil }
        var size = winsize()
        guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    static func write(_ text: String) { write(Array(text.utf8)) }

    /// Writes to stdout. Where that is full or closed nothing more can be answered: says so and ends the program.
    static func write(_ bytes: [UInt8]) {
        if let code = put(bytes, to: 1) { endWithoutOutput(code) }
    }

    /// Writes to stdout; false where its reader has gone. Ends the program where it fails otherwise.
    static func write(unlessClosed bytes: [UInt8]) -> Bool {
        guard let code = put(bytes, to: 1) else { return true }
        if code == EPIPE { return false }
        endWithoutOutput(code)
    }

    private static func endWithoutOutput(_ code: Int32) -> Never {
        let reason = String(cString: strerror(code))
        note(
            "错误 [cannot-write-output]：无法写出结果：\(reason)\nerror [cannot-write-output]: the output cannot be written: \(reason)"
        )
        exit(5)
    }

    /// A line on stderr; whether anyone reads it does not matter.
    static func note(_ text: String) { _ = put(Array((text + "\n").utf8), to: 2) }

    /// The `errno` of a write that failed; nil where all bytes were written.
    @discardableResult
    static func put(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
        bytes.withUnsafeBytes { buffer in
            var offset = 0
            while let base = buffer.baseAddress, offset < buffer.count {
                let written = Foundation.write(descriptor, base + offset, buffer.count - offset)
                if written > 0 {
                    offset += written
                } else if errno != EINTR {
                    return errno
                }
            }
            return nil
        }
    }
}

/// A line on stderr that shows how far something has come; silent where stderr is no terminal.
final class ProgressLine: Sendable {
    private let bar: ProgressBar
    private let start = ContinuousClock.now
    private let last = Mutex<ContinuousClock.Instant?>(nil)
    private let isShown = Terminal.isTerminal(2)

    init(_ label: String) { bar = ProgressBar(label: label, width: 72) }

    /// - Parameters:
    ///   - done: of `total`; what they count is the caller's.
    ///   - items: what the rate counts; nil: `done`.
    func show(_ done: Int, _ total: Int, items: Int? = nil) {
        let now = ContinuousClock.now
        guard isShown else { return }
        let isDue = last.withLock { last in
            guard last.map({ now - $0 > .milliseconds(100) }) ?? true || done == total else { return false }
            last = now
            return true
        }
        guard isDue else { return }
        let seconds = max((now - start) / .seconds(1), 0.001)
        let left = done > 0 ? seconds * Double(total - done) / Double(done) : nil
        let line = bar.line(
            done: done, total: total, ratePerSecond: Double(items ?? done) / seconds, secondsLeft: left)
        Terminal.put(Array(("\r\u{1B}[K" + line).utf8), to: 2)
    }

    func finish() {
        if isShown, last.withLock({ $0 != nil }) { Terminal.put(Array("\r\u{1B}[K".utf8), to: 2) }
    }
}
