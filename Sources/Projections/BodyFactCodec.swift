internal import CreditModel

/// The packed form of a body's facts in `facts.sqlite`.
enum BodyFactCodec {
    static func encode(_ fact: DecodedFact.BodyFact) -> [UInt8] {
        var writer = PackedWriter()
        switch fact {
        case .registered(let data):
            writer.byte(0)
            writer.optional(data.code) { $0.text($1.text) }
            writer.text(data.name)
            writer.byte(FactCodec.code(data.kind))
            writer.optional(data.level) { $0.byte(FactCodec.code($1)) }
            writer.text(data.region.text)
            writer.optional(data.parent) { $0.text($1.text) }
            writer.optional(data.establishedOn) { $0.signed(Int64($1.ordinal)) }
        case .changed(let data):
            writer.byte(1)
            writer.signed(Int64(data.effectiveOn.ordinal))
            switch data.change {
            case .renamed(let name):
                writer.byte(0)
                writer.text(name)
            case .recoded(let code):
                writer.byte(1)
                writer.text(code.text)
            case .moved(let region):
                writer.byte(2)
                writer.text(region.text)
            case .reparented(let parent):
                writer.byte(3)
                writer.optional(parent) { $0.text($1.text) }
            case .abolished(let successor):
                writer.byte(4)
                writer.optional(successor) { $0.text($1.text) }
            }
        }
        return writer.bytes
    }

    static func decode(_ bytes: UnsafeRawBufferPointer) throws(PackedFault) -> DecodedFact.BodyFact {
        var reader = PackedReader(bytes)
        let fact = try reader.byte() == 0 ? registration(&reader) : change(&reader)
        guard reader.isAtEnd else { throw PackedFault() }
        return fact
    }

    private static func registration(_ reader: inout PackedReader) throws(PackedFault) -> DecodedFact.BodyFact {
        let code = try reader.optional { (inner) throws(PackedFault) in try uscc(&inner) }
        let name = try reader.text()
        let kind: BodyKind = try FactCodec.value(&reader)
        let level = try reader.optional { (inner) throws(PackedFault) in try FactCodec.value(&inner) as BodyLevel }
        guard let region = RegionCode(try reader.text()) else { throw PackedFault() }
        let parent = try reader.optional { (inner) throws(PackedFault) in try body(&inner) }
        let established = try reader.optional { (inner) throws(PackedFault) in try day(&inner) }
        return .registered(
            BodyRegistered(
                code: code, name: name, kind: kind, level: level, region: region, parent: parent,
                establishedOn: established))
    }

    private static func change(_ reader: inout PackedReader) throws(PackedFault) -> DecodedFact.BodyFact {
        let effectiveOn = try day(&reader)
        let change: BodyChanged.Change
        switch try reader.byte() {
        case 0: change = .renamed(try reader.text())
        case 1: change = .recoded(try uscc(&reader))
        case 2:
            guard let region = RegionCode(try reader.text()) else { throw PackedFault() }
            change = .moved(region)
        case 3: change = .reparented(try reader.optional { (inner) throws(PackedFault) in try body(&inner) })
        case 4: change = .abolished(successor: try reader.optional { (inner) throws(PackedFault) in try body(&inner) })
        default: throw PackedFault()
        }
        return .changed(BodyChanged(change, effectiveOn: effectiveOn))
    }

    private static func uscc(_ reader: inout PackedReader) throws(PackedFault) -> USCC {
        guard let code = USCC(try reader.text()) else { throw PackedFault() }
        return code
    }

    private static func body(_ reader: inout PackedReader) throws(PackedFault) -> BodyID {
        guard let id = BodyID(try reader.text()) else { throw PackedFault() }
        return id
    }

    private static func day(_ reader: inout PackedReader) throws(PackedFault) -> CalendarDay {
        CalendarDay(ordinal: Int32(truncatingIfNeeded: try reader.signed()))
    }
}
