internal import CanonicalJSON
internal import CreditModel

/// The packed form of decoded facts in `facts.sqlite`. Derived: a new form is a new `user_version`, and the log is
/// decoded again.
enum FactCodec {
    static func encode(_ fact: CaseFact) -> [UInt8] {
        var writer = PackedWriter()
        writer.byte(fact.step.tag)
        writer.signed(Int64(fact.day.ordinal))
        switch fact.step {
        case .determined(let record):
            encode(record, &writer)
            encode(fact.rectificationDue, &writer)
        case .rectificationOrdered: encode(fact.rectificationDue, &writer)
        case .corrected(let correction), .objectionUpheldCorrected(let correction): encode(correction, &writer)
        default: break
        }
        return writer.bytes
    }

    static func decodeCaseFact(_ bytes: UnsafeRawBufferPointer, position: UInt64) throws(PackedFault) -> CaseFact {
        var reader = PackedReader(bytes)
        let tag = try reader.byte()
        let day = CalendarDay(ordinal: Int32(truncatingIfNeeded: try reader.signed()))
        let step: CaseStep
        var due: CalendarDay?
        switch tag {
        case 0:
            step = .determined(try record(&reader))
            due = try limit(&reader)
        case 3:
            step = .rectificationOrdered
            due = try limit(&reader)
        case 1: step = .corrected(try correction(&reader))
        case 7: step = .objectionUpheldCorrected(try correction(&reader))
        default:
            guard let simple = CaseStep.simple(tag) else { throw PackedFault() }
            step = simple
        }
        guard reader.isAtEnd else { throw PackedFault() }
        return CaseFact(day: day, position: position, step: step, rectificationDue: due)
    }

    private static func encode(_ limit: CalendarDay?, _ writer: inout PackedWriter) {
        writer.optional(limit) { $0.signed(Int64($1.ordinal)) }
    }

    private static func limit(_ reader: inout PackedReader) throws(PackedFault) -> CalendarDay? {
        try reader.optional { (inner) throws(PackedFault) in
            CalendarDay(ordinal: Int32(truncatingIfNeeded: try inner.signed()))
        }
    }

    private static func encode(_ record: CaseRecord, _ writer: inout PackedWriter) {
        writer.text(record.body.text)
        writer.byte(code(record.category))
        writer.optional(record.area) { $0.byte(code($1)) }
        writer.byte(code(record.severity))
        writer.optional(record.amount) { $0.amount($1) }
        writer.byte(code(record.visibility))
        writer.number(UInt64(record.attributedYear))
        writer.text(record.basisTitle)
        writer.text(record.basisNumber)
        writer.raw(record.fact.bytes)
    }

    private static func record(_ reader: inout PackedReader) throws(PackedFault) -> CaseRecord {
        guard let body = BodyID(try reader.text()) else { throw PackedFault() }
        return CaseRecord(
            body: body, category: try value(&reader),
            area: try reader.optional { (inner) throws(PackedFault) in try value(&inner) as KeyArea },
            severity: try value(&reader),
            amount: try reader.optional { (inner) throws(PackedFault) in try amount(&inner) },
            visibility: try value(&reader), attributedYear: Int(truncatingIfNeeded: try reader.number()),
            basisTitle: try reader.text(), basisNumber: try reader.text(), fact: try commitment(&reader))
    }

    private static func encode(_ correction: CaseCorrection, _ writer: inout PackedWriter) {
        writer.byte(code(correction.field))
        switch correction {
        case .category(let old, let new):
            writer.byte(code(old))
            writer.byte(code(new))
        case .area(let old, let new):
            writer.optional(old) { $0.byte(code($1)) }
            writer.optional(new) { $0.byte(code($1)) }
        case .fact(let old, let new):
            writer.raw(old.bytes)
            writer.raw(new.bytes)
        case .severity(let old, let new):
            writer.byte(code(old))
            writer.byte(code(new))
        case .amount(let old, let new):
            writer.optional(old) { $0.amount($1) }
            writer.optional(new) { $0.amount($1) }
        case .basisTitle(let old, let new), .basisNumber(let old, let new):
            writer.text(old)
            writer.text(new)
        }
    }

    private static func correction(_ reader: inout PackedReader) throws(PackedFault) -> CaseCorrection {
        switch try value(&reader) as Correction.Field {
        case .category: return .category(old: try value(&reader), new: try value(&reader))
        case .area:
            let old = try reader.optional { (inner) throws(PackedFault) in try value(&inner) as KeyArea }
            return .area(old: old, new: try reader.optional { (inner) throws(PackedFault) in try value(&inner) })
        case .fact: return .fact(old: try commitment(&reader), new: try commitment(&reader))
        case .severity: return .severity(old: try value(&reader), new: try value(&reader))
        case .amount:
            let old = try reader.optional { (inner) throws(PackedFault) in try amount(&inner) }
            return .amount(old: old, new: try reader.optional { (inner) throws(PackedFault) in try amount(&inner) })
        case .basisTitle: return .basisTitle(old: try reader.text(), new: try reader.text())
        case .basisNumber: return .basisNumber(old: try reader.text(), new: try reader.text())
        }
    }

    static func amount(_ reader: inout PackedReader) throws(PackedFault) -> Amount {
        let low = try reader.number()
        return Amount(millionths: Int128(try reader.number()) << 64 | Int128(low))
    }

    private static func commitment(_ reader: inout PackedReader) throws(PackedFault) -> Commitment {
        guard let commitment = Commitment(try reader.raw(32)) else { throw PackedFault() }
        return commitment
    }

    /// A code list's value as its place in the list; lists only ever grow at their end.
    static func code<Value: CodeList>(_ value: Value) -> UInt8 {
        UInt8(truncatingIfNeeded: Value.allCases.enumerated().first { $0.element == value }?.offset ?? 0)
    }

    static func value<Value: CodeList>(_ reader: inout PackedReader) throws(PackedFault) -> Value {
        let offset = Int(try reader.byte())
        guard offset < Value.allCases.count else { throw PackedFault() }
        return Value.allCases[Value.allCases.index(Value.allCases.startIndex, offsetBy: offset)]
    }
}

extension CaseStep {
    fileprivate var tag: UInt8 {
        switch self {
        case .determined: 0
        case .corrected: 1
        case .revoked: 2
        case .rectificationOrdered: 3
        case .rectificationReported: 4
        case .rectificationAccepted: 5
        case .objectionFiled: 6
        case .objectionUpheldCorrected: 7
        case .objectionUpheldRevoked: 8
        case .objectionDismissed: 9
        case .objectionWithdrawn: 10
        case .repairApplied: 11
        case .repairAccepted: 12
        case .repairDeclined: 13
        case .repairGranted: 14
        case .repairRefused: 15
        case .repairRescinded: 16
        case .measureImposed: 17
        case .measureLifted: 18
        case .publicityExpired: 19
        case .statement: 20
        }
    }

    fileprivate static func simple(_ tag: UInt8) -> CaseStep? {
        switch tag {
        case 2: .revoked
        case 3: .rectificationOrdered
        case 4: .rectificationReported
        case 5: .rectificationAccepted
        case 6: .objectionFiled
        case 8: .objectionUpheldRevoked
        case 9: .objectionDismissed
        case 10: .objectionWithdrawn
        case 11: .repairApplied
        case 12: .repairAccepted
        case 13: .repairDeclined
        case 14: .repairGranted
        case 15: .repairRefused
        case 16: .repairRescinded
        case 17: .measureImposed
        case 18: .measureLifted
        case 19: .publicityExpired
        case 20: .statement
        default: nil
        }
    }
}

extension PackedWriter {
    /// An amount as its millionths, in two halves.
    fileprivate mutating func amount(_ value: Amount) {
        number(UInt64(truncatingIfNeeded: value.millionths))
        number(UInt64(truncatingIfNeeded: value.millionths >> 64))
    }
}
