/// What each byte of an SQLite file is for (sqlite.org/fileformat2.html), for tests that damage one.
///
/// For sound files in bytes that a test has made: what does not fit is a programmer's error.
public struct SQLitePageMap {
    /// A kind of bytes: `file header`, `page header`, `cell pointers`, `free space`, `unused page`, or a table's name with
    /// `cell` or `overflow` behind it.
    public typealias Region = String

    /// The places of each region's bytes.
    public private(set) var regions: [Region: [Range<Int>]] = [:]

    private let bytes: [UInt8]
    private let pageSize: Int
    private let usable: Int
    private var visited: Set<Int> = []

    /// - Parameter roots: each table's name and first page, as `sqlite_schema` has them; that table itself is known.
    public init(_ bytes: [UInt8], roots: [(name: String, page: Int)]) {
        self.bytes = bytes
        let size = Int(bytes[16]) << 8 | Int(bytes[17])
        pageSize = size == 1 ? 65_536 : size
        usable = pageSize - Int(bytes[20])
        add("file header", 0..<100)
        for (name, page) in [("schema", 1)] + roots { visit(page, name) }
        for page in 1...bytes.count / pageSize where !visited.contains(page) {
            add("unused page", (page - 1) * pageSize..<page * pageSize)
        }
    }

    private mutating func add(_ region: Region, _ range: Range<Int>) {
        if !range.isEmpty { regions[region, default: []].append(range) }
    }

    private func number(_ place: Int, bytes count: Int) -> Int {
        bytes[place..<place + count].reduce(0) { $0 << 8 | Int($1) }
    }

    private func varint(_ place: inout Int) -> Int {
        var value = 0
        for _ in 0..<8 {
            let byte = bytes[place]
            place += 1
            value = value << 7 | Int(byte & 0x7F)
            if byte & 0x80 == 0 { return value }
        }
        value = value << 8 | Int(bytes[place])
        place += 1
        return value
    }

    /// A b-tree page and those below it (section 1.6).
    private mutating func visit(_ page: Int, _ name: String) {
        visited.insert(page)
        let base = (page - 1) * pageSize
        let header = base + (page == 1 ? 100 : 0)
        let type = bytes[header]
        let isInterior = type == 0x02 || type == 0x05
        let isTable = type == 0x05 || type == 0x0D
        let pointers = header + (isInterior ? 12 : 8)
        let count = number(header + 3, bytes: 2)
        add("page header", header..<pointers)
        add("cell pointers", pointers..<pointers + 2 * count)
        var used: [Range<Int>] = []
        for cell in 0..<count {
            var place = base + number(pointers + 2 * cell, bytes: 2)
            let start = place
            if isInterior {
                visit(number(place, bytes: 4), name)
                place += 4
            }
            if isTable, isInterior {
                _ = varint(&place)
            } else {
                let payload = varint(&place)
                if isTable { _ = varint(&place) }
                let local = localBytes(payload, isTable: isTable)
                place += local
                if local < payload {
                    visitOverflow(number(place, bytes: 4), payload - local, name)
                    place += 4
                }
            }
            // A cell has at least four bytes.
            used.append(start..<max(place, start + 4))
            add("\(name) cell", start..<place)
        }
        if isInterior { visit(number(header + 8, bytes: 4), name) }
        addFree(pointers + 2 * count..<base + pageSize, except: used)
    }

    private mutating func addFree(_ content: Range<Int>, except used: [Range<Int>]) {
        var start = content.lowerBound
        for range in used.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            add("free space", start..<max(start, range.lowerBound))
            start = max(start, range.upperBound)
        }
        add("free space", start..<max(start, content.upperBound))
    }

    private mutating func visitOverflow(_ first: Int, _ length: Int, _ name: String) {
        var (page, left) = (first, length)
        while left > 0 {
            visited.insert(page)
            let base = (page - 1) * pageSize
            let part = min(left, usable - 4)
            add("\(name) overflow", base..<base + 4 + part)
            add("free space", base + 4 + part..<base + pageSize)
            left -= part
            page = number(base, bytes: 4)
        }
    }

    /// How much of a payload lies on its own page (section 1.6, payload overflow).
    private func localBytes(_ payload: Int, isTable: Bool) -> Int {
        let greatest = isTable ? usable - 35 : (usable - 12) * 64 / 255 - 23
        if payload <= greatest { return payload }
        let least = (usable - 12) * 32 / 255 - 23
        let fitting = least + (payload - least) % (usable - 4)
        return fitting <= greatest ? fitting : least
    }
}
