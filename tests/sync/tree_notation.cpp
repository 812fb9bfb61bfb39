#include "tree_notation.h"

#include <QStringList>

using namespace Qt::StringLiterals;
using core::tree::EntryPtr;
namespace tree = core::tree;

namespace {

class Notation
{
public:
    explicit Notation(std::string text)
        : m_text(std::move(text))
    {
    }

    EntryPtr entry()
    {
        const char kind = take();
        switch (kind) {
        case '-':
            return nullptr;
        case 'F': {
            const std::string content(1, take());
            const bool executable = peek() == 'x' && take() == 'x';
            return tree::makeFile(tree::digestOf(content), 1, executable);
        }
        case 'L':
            return tree::makeLink(take() == '>' ? "target" : "/absolute");
        case 'U':
            return tree::makeUntracked();
        case 'P':
            return tree::makeProblem(tree::Cause::SpecialFile);
        default:
            return directory();
        }
    }

private:
    char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }
    char take() { return m_at < m_text.size() ? m_text[m_at++] : '\0'; }

    EntryPtr directory()
    {
        std::vector<tree::Child> children;
        take(); // {
        while (peek() != '}') {
            std::string name;
            while (peek() != ':')
                name += take();
            take();
            children.push_back({.name = name, .entry = entry()});
            if (peek() == ',')
                take();
        }
        take();
        return tree::makeDirectory(std::move(children));
    }

    std::string m_text;
    std::size_t m_at = 0;
};

} // namespace

EntryPtr parse(const QString &text)
{
    return Notation(text.toStdString()).entry();
}

QString text(const EntryPtr &entry)
{
    if (!entry)
        return u"-"_s;
    switch (entry->kind) {
    case tree::Kind::File: {
        QString name = u"F?"_s;
        for (const char digit : {'1', '2', '3'}) {
            if (entry->id == tree::digestOf(std::string(1, digit)))
                name[1] = QLatin1Char(digit);
        }
        return name + (entry->executable ? u"x"_s : QString());
    }
    case tree::Kind::Symlink:
        return entry->target == "target" ? u"L>"_s : u"L/"_s;
    case tree::Kind::Untracked:
        return u"U"_s;
    case tree::Kind::Problem:
        return u"P"_s;
    case tree::Kind::Directory:
        break;
    }
    QStringList parts;
    for (const tree::Child &child : entry->children)
        parts << QString::fromStdString(child.name) + u':' + text(child.entry);
    return u"D{%1}"_s.arg(parts.join(u','));
}
