/// A window over the UTF-8 text of a source, moved forward by `refill`; UTF-8 is read straight into it.
struct DecodedText: ~Copyable {
    enum Failure: Error {
        case source(TabularError)
        case invalid(InvalidText)
    }

    /// The window: `end` bytes of it are text.
    let window: UnsafeMutableRawBufferPointer
    /// Where the text in the window ends.
    private(set) var end = 0
    private var bytes: ByteStream
    private var validator = UTF8Validator()
    private var decoder: GB18030Decoder?
    private let rest: UnsafeMutableRawBufferPointer
    private var restCount = 0
    private var isAtStart = true
    private let onChunk: ((UnsafeRawBufferPointer) -> Void)?

    /// Opens `source`; up to `windowBytes` can be kept across a refill.
    init(
        _ source: TableSource, encoding: TextEncoding, windowBytes: Int,
        onChunk: ((UnsafeRawBufferPointer) -> Void)? = nil
    ) throws(TabularError) {
        decoder = encoding == .gb18030 ? try GB18030Decoder() : nil
        bytes = try ByteStream(source)
        self.onChunk = onChunk
        let room = (TableSource.chunkBytes + GB18030Decoder.largestRest) * GB18030Decoder.largestGrowth
        window = .allocate(byteCount: windowBytes + room, alignment: 16)
        rest = .allocate(byteCount: TableSource.chunkBytes + GB18030Decoder.largestRest, alignment: 16)
    }

    deinit {
        window.deallocate()
        rest.deallocate()
    }

    /// Bytes of the source read so far, and all there are.
    var progress: (bytesRead: Int, totalBytes: Int) { (bytes.bytesRead, bytes.totalBytes) }

    /// Drops the text before `start`, moves the rest to the front and adds more; `false` when there is no more.
    ///
    /// The byte order mark is left out.
    mutating func refill(keepingFrom start: Int) throws(Failure) -> Bool {
        let kept = end - start
        if start > 0, kept > 0 {
            window.copyMemory(from: UnsafeRawBufferPointer(rebasing: window[start..<end]))
        }
        end = kept
        if !isAtStart { return try add() }
        isAtStart = false
        while end < 3 {
            if try !add() { break }
        }
        if end >= 3, window[0] == 0xEF, window[1] == 0xBB, window[2] == 0xBF {
            window.copyMemory(from: UnsafeRawBufferPointer(rebasing: window[3..<end]))
            end -= 3
        }
        return if end > 0 { true } else { try add() }
    }

    private mutating func add() throws(Failure) -> Bool {
        decoder == nil ? try addUTF8() : try addGB18030()
    }

    private mutating func addUTF8() throws(Failure) -> Bool {
        let room = UnsafeMutableRawBufferPointer(rebasing: window[end..<end + TableSource.chunkBytes])
        let count = try read(into: room)
        let fresh = UnsafeRawBufferPointer(rebasing: room[..<count])
        if let invalid = count == 0 ? validator.finish() : validator.consume(fresh) { throw .invalid(invalid) }
        end += count
        return count > 0
    }

    private mutating func addGB18030() throws(Failure) -> Bool {
        while true {
            let room = UnsafeMutableRawBufferPointer(rebasing: rest[restCount..<restCount + TableSource.chunkBytes])
            let count = try read(into: room)
            if count == 0 {
                guard restCount > 0, let offset = decoder?.byteOffset else { return false }
                throw .invalid(InvalidText(byteOffset: offset, isZero: false))
            }
            let input = UnsafeRawBufferPointer(rebasing: rest[..<(restCount + count)])
            let output = UnsafeMutableRawBufferPointer(rebasing: window[end...])
            guard let step = decoder?.decode(input, into: output) else { return false }
            if let invalid = step.invalid { throw .invalid(invalid) }
            restCount = input.count - step.consumed
            if restCount > 0 { rest.copyMemory(from: UnsafeRawBufferPointer(rebasing: input[step.consumed...])) }
            end += step.produced
            if step.produced > 0 { return true }
        }
    }

    private mutating func read(into room: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        do {
            let count = try bytes.read(into: room)
            if count > 0, let onChunk { onChunk(UnsafeRawBufferPointer(rebasing: room[..<count])) }
            return count
        } catch {
            throw .source(error)
        }
    }
}
