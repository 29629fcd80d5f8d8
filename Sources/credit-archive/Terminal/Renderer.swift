internal import CanonicalJSON
internal import Foundation
internal import TabularText

/// Puts answers out in the format that was asked for.
struct Renderer {
    let format: Format
    let language: Language

    /// A column of a table or CSV.
    struct Column<Item> {
        var title: String
        var isNumber = false
        var isFlexible = false
        var value: (Item) -> String

        init(_ title: String, number: Bool = false, flexible: Bool = false, _ value: @escaping (Item) -> String) {
            self.title = title
            isNumber = number
            isFlexible = flexible
            self.value = value
        }
    }

    /// A list of records.
    func list<Item>(
        _ items: [Item], _ columns: [Column<Item>], empty: String = "", json: (Item, inout JSONWriter) -> Void
    ) throws {
        switch format {
        case .json:
            var writer = JSONWriter(reserving: 65_536)
            writer.beginArray()
            for item in items { json(item, &writer) }
            writer.endArray()
            Terminal.write(writer.bytes + [0x0A])
        case .ndjson:
            for item in items {
                var writer = JSONWriter()
                json(item, &writer)
                Terminal.write(writer.bytes + [0x0A])
            }
        case .csv:
            var csv = try CSVWriter(encoding: .utf8WithMark, formulas: .apostrophe)
            try csv.write(columns.map(\.title))
            for item in items { try csv.write(columns.map { $0.value(item) }) }
            Terminal.write(csv.takeBytes())
        case .table:
            if items.isEmpty {
                if !empty.isEmpty { Terminal.write(empty + "\n") }
                return
            }
            var table = TextTable(
                columns.map {
                    TextTable.Column($0.title, alignment: $0.isNumber ? .trailing : .leading, isFlexible: $0.isFlexible)
                }, style: .plain)
            for item in items { table.add(columns.map { $0.value(item) }) }
            Terminal.write(table.text(width: Terminal.width))
        }
    }

    /// One record: a table of its members, or one JSON object.
    func record(_ members: [(title: String, value: String)], json: (inout JSONWriter) -> Void) throws {
        switch format {
        case .json, .ndjson:
            var writer = JSONWriter()
            json(&writer)
            Terminal.write(writer.bytes + [0x0A])
        case .csv:
            var csv = try CSVWriter(encoding: .utf8WithMark, formulas: .apostrophe)
            try csv.write(members.map(\.title))
            try csv.write(members.map(\.value))
            Terminal.write(csv.takeBytes())
        case .table:
            let width = members.map { DisplayWidth.columns(of: $0.title) }.max() ?? 0
            for (title, value) in members {
                Terminal.write(DisplayWidth.padded(title, to: width, alignment: .leading) + "  " + value + "\n")
            }
        }
    }
}
