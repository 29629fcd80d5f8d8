internal import CreditArchive
internal import Foundation

extension Terminal {
    /// Asks for a line that is not shown as it is typed; nil where there is no person at a terminal.
    ///
    /// Keys are read one by one, Ctrl-C included: a signal would leave the terminal without its echo. Throws
    /// ``ArchiveError`` `cancelled`.
    static func askSecret(_ prompt: String) throws -> String? {
        var before = termios()
        guard isTerminal(0), isTerminal(2), tcgetattr(0, &before) == 0 else { return nil }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        guard tcsetattr(0, TCSAFLUSH, &silent) == 0 else { return nil }
        put(Array(prompt.utf8), to: 2)
        defer {
            _ = tcsetattr(0, TCSAFLUSH, &before)
            put([0x0A], to: 2)
        }
        var line: [UInt8] = []
        while line.count <= 4_096 {
            var byte: UInt8 = 0
            let count = read(0, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { break }
            switch byte {
            case 0x0A, 0x0D: return String(decoding: line, as: UTF8.self)
            case 0x03, 0x04, 0x1C: throw cancelled
            case 0x08, 0x7F: deleteLastCharacter(of: &line)
            default: line.append(byte)
            }
        }
        throw cancelled
    }

    private static func deleteLastCharacter(of line: inout [UInt8]) {
        while let last = line.popLast(), last & 0xC0 == 0x80 {}
    }

    private static var cancelled: ArchiveError {
        ArchiveError(.usage, "cancelled", chinese: "已取消，没有任何改动", english: "cancelled; nothing was changed")
    }
}
