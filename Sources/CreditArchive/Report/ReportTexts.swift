internal import CanonicalJSON
internal import CreditModel
internal import EventLog

/// Shows sealed texts, or that they are sealed.
struct ReportTexts {
    private let archive: Archive
    private let opens: Bool
    private(set) var openedCount = 0

    init(_ archive: Archive, opens: Bool) {
        self.archive = archive
        self.opens = opens
    }

    mutating func shown(
        _ text: SealableText?, _ pointer: String, of entry: Entry, _ event: CreditEvent
    ) throws -> ReportedText {
        guard let text else { return .absent }
        guard let field = text.sealed else { return .open(text.plain ?? "") }
        // An erased text is told as erased, whoever asks.
        guard opens else { return archive.vault.isDestroyed(field.keyID) ? .erased : .sealed }
        switch try archive.vault.open(field, of: entry.identity, type: event.type, pointer: pointer) {
        case .text(let plain):
            openedCount += 1
            return .open(plain)
        case .erased: return .erased
        case .keyMissing: return .keyMissing
        }
    }
}
