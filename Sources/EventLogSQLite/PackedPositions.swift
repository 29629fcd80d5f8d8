internal import EventLog
internal import Foundation

/// Positions of a stream's events as LEB128 differences: rising numbers in few bytes.
enum PackedPositions {
    static let damaged = EventLogError(
        .damaged, chinese: "index.sqlite 中的位置已损坏；请删除该文件，程序会从日志重新得出",
        english: "positions in index.sqlite are damaged; delete the file, it is derived from the log again")

    static func pack(_ positions: [UInt64]) -> [UInt8] {
        var bytes: [UInt8] = []
        var previous: UInt64 = 0
        for position in positions {
            var difference = position &- previous
            previous = position
            while difference >= 0x80 {
                bytes.append(UInt8(truncatingIfNeeded: difference) | 0x80)
                difference >>= 7
            }
            bytes.append(UInt8(difference))
        }
        return bytes
    }

    static func unpack(_ data: some Sequence<UInt8>) throws -> [UInt64] {
        var positions: [UInt64] = []
        var previous: UInt64 = 0
        var difference: UInt64 = 0
        var shift: UInt64 = 0
        for byte in data {
            guard shift < 64 else { throw damaged }
            difference |= UInt64(byte & 0x7F) << shift
            shift += 7
            guard byte & 0x80 == 0 else { continue }
            previous &+= difference
            positions.append(previous)
            (difference, shift) = (0, 0)
        }
        return positions
    }
}
