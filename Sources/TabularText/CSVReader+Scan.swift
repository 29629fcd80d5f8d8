private let comma = UInt8(ascii: ",")
private let quote = UInt8(ascii: "\"")
private let lineFeed = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")

extension CSVReader {
    /// What came after a field.
    private enum Ending {
        case field
        case record
    }

    /// The next record that is not an empty line.
    mutating func scanRecord() throws(TabularError) -> Bool {
        bounds.removeAll(keepingCapacity: true)
        guard try startRecord() else { return false }
        row += 1
        while true {
            let isQuoted = try hasText() && text.window[cursor] == quote
            if try (isQuoted ? quotedField() : plainField()) == .record { break }
        }
        // The limit holds also for a record that was all in the window.
        if cursor - recordStart > limits.recordBytes { throw tooLong(.recordTooLong, limits.recordBytes) }
        return true
    }

    /// Stands at the first byte of the next record, past empty lines; `false` at the end.
    private mutating func startRecord() throws(TabularError) -> Bool {
        while true {
            recordStart = cursor
            guard try hasText() else { return false }
            let byte = text.window[cursor]
            let endsCarriageReturn = skipsLineFeed && byte == lineFeed
            skipsLineFeed = false
            if endsCarriageReturn {
                cursor += 1
            } else if byte == lineFeed || byte == carriageReturn {
                row += 1
                endLine(byte)
            } else {
                return true
            }
        }
    }

    private mutating func hasText() throws(TabularError) -> Bool {
        if cursor < text.end { return true }
        return try more()
    }

    private mutating func endLine(_ byte: UInt8) {
        cursor += 1
        line += 1
        skipsLineFeed = byte == carriageReturn
    }

    private mutating func plainField() throws(TabularError) -> Ending {
        let start = cursor - recordStart
        while true {
            let end = text.end
            let window = text.window
            var index = cursor
            // Nothing that ends a field lies above the comma, and nearly all of a text does.
            while index < end {
                let byte = window[index]
                if byte <= comma, byte == comma || byte == lineFeed || byte == carriageReturn { break }
                index += 1
            }
            cursor = index
            if index < end {
                try endField(from: start, to: index - recordStart)
                return finish(window[index])
            }
            if cursor - recordStart - start > limits.fieldBytes { throw tooLong(.fieldTooLong, limits.fieldBytes) }
            if try !more() {
                try endField(from: start, to: cursor - recordStart)
                return .record
            }
        }
    }

    /// Passes the comma or line end after a field.
    private mutating func finish(_ byte: UInt8) -> Ending {
        if byte == comma {
            cursor += 1
            return .field
        }
        endLine(byte)
        return .record
    }

    /// Reads a quoted field, pulling its text together in place where quotes were doubled.
    private mutating func quotedField() throws(TabularError) -> Ending {
        let firstLine = line
        cursor += 1
        let start = cursor - recordStart
        var length = 0
        var previous: UInt8 = 0
        while true {
            guard try hasText() else {
                throw TabularError(.unterminatedQuote, row: row, line: firstLine)
            }
            let byte = text.window[cursor]
            if byte == quote {
                cursor += 1
                guard try hasText() else {
                    try endField(from: start, to: start + length)
                    return .record
                }
                let next = text.window[cursor]
                guard next == quote else {
                    try endField(from: start, to: start + length)
                    guard next == comma || next == lineFeed || next == carriageReturn else {
                        throw TabularError(.textAfterQuote, row: row, line: line)
                    }
                    return finish(next)
                }
            } else if byte == carriageReturn || (byte == lineFeed && previous != carriageReturn) {
                line += 1
            }
            text.window[recordStart + start + length] = byte
            length += 1
            cursor += 1
            previous = byte
            if length > limits.fieldBytes { throw tooLong(.fieldTooLong, limits.fieldBytes, line: firstLine) }
        }
    }
}
